/**
 * Version 4: a study can wait, be paused and go on. Every training run is a row of a journal, and what it leaves is kept as
 * soon as it has ended. The study's table is made anew for its new states; studies of earlier versions have no journal.
 */
export const runJournal = `
CREATE TABLE study_4 (
  id TEXT PRIMARY KEY CHECK (id <> ''),
  name TEXT NOT NULL,
  config TEXT NOT NULL CHECK (json_valid(config)),
  state TEXT NOT NULL CHECK (state IN ('queued', 'running', 'paused', 'interrupted', 'done', 'failed', 'cancelled')),
  -- Place among the queued ones: the lowest is next.
  position INTEGER NOT NULL DEFAULT 0,
  -- Runs at a time; NULL = as many as there are cores.
  workers INTEGER CHECK (workers > 0),
  owner_pid INTEGER NOT NULL,
  owner_started TEXT NOT NULL,
  owner_boot TEXT NOT NULL,
  -- When the owner was last known to be there; NULL = an earlier version's.
  heartbeat TEXT,
  started_at TEXT NOT NULL,
  -- Since when it has been running without a break, and the seconds it had run before.
  running_since TEXT,
  elapsed REAL NOT NULL DEFAULT 0 CHECK (elapsed >= 0),
  -- When it came to rest, for good or not.
  ended_at TEXT,
  -- What it began with and has to go on with; NULL before it began.
  app_version TEXT,
  engine TEXT,
  data_hash TEXT,
  error TEXT CHECK (json_valid(error)),
  result TEXT CHECK (json_valid(result)),
  CHECK ((state IN ('queued', 'running')) = (ended_at IS NULL)),
  CHECK (state <> 'running' OR running_since IS NOT NULL)
) STRICT;
INSERT INTO study_4 (id, name, config, state, owner_pid, owner_started, owner_boot, started_at, running_since, elapsed,
  ended_at, error, result)
  SELECT id, name, config, state, owner_pid, owner_started, owner_boot, started_at,
    CASE WHEN state = 'running' THEN started_at END,
    CASE WHEN ended_at IS NULL THEN 0 ELSE max(0, (julianday(ended_at) - julianday(started_at)) * 86400) END,
    ended_at, error, result
  FROM study;
DROP TABLE study;
ALTER TABLE study_4 RENAME TO study;

CREATE TABLE study_run (
  study TEXT NOT NULL REFERENCES study (id) ON DELETE CASCADE,
  fit_window INTEGER NOT NULL,
  frequency TEXT NOT NULL,
  optimizer TEXT NOT NULL,
  seed INTEGER NOT NULL,
  -- Order in which the study's runs start.
  position INTEGER NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('queued', 'running', 'interrupted', 'done', 'failed', 'cancelled')),
  attempts INTEGER NOT NULL DEFAULT 0 CHECK (attempts >= 0),
  -- Its process, and when it was last known to be at work; kept when it has ended.
  owner_pid INTEGER,
  owner_started TEXT,
  owner_boot TEXT,
  heartbeat TEXT,
  started_at TEXT,
  ended_at TEXT,
  error TEXT CHECK (json_valid(error)),
  -- The run's record without its epochs.
  outcome TEXT CHECK (json_valid(outcome)),
  PRIMARY KEY (study, fit_window, frequency, optimizer, seed),
  CHECK ((state = 'done') = (outcome IS NOT NULL)),
  CHECK (state <> 'running' OR (owner_pid IS NOT NULL AND heartbeat IS NOT NULL AND started_at IS NOT NULL))
) STRICT, WITHOUT ROWID;

-- Rows of Float64, one per step; NaN = the step had no such thing.
CREATE TABLE study_steps (
  study TEXT NOT NULL REFERENCES study (id) ON DELETE CASCADE,
  fit_window INTEGER NOT NULL,
  frequency TEXT NOT NULL,
  optimizer TEXT NOT NULL,
  seed INTEGER NOT NULL,
  epoch INTEGER NOT NULL CHECK (epoch > 0),
  -- Numbers of a row: later versions may keep more.
  columns INTEGER NOT NULL CHECK (columns > 0),
  steps BLOB NOT NULL CHECK (length(steps) % (8 * columns) = 0),
  PRIMARY KEY (study, fit_window, frequency, optimizer, seed, epoch)
) STRICT;

-- Per test day: number of stocks Int32; then their columns of the panel Int32; then the values Float64. Little-endian.
CREATE TABLE study_predictions (
  study TEXT NOT NULL REFERENCES study (id) ON DELETE CASCADE,
  fit_window INTEGER NOT NULL,
  frequency TEXT NOT NULL,
  optimizer TEXT NOT NULL,
  seed INTEGER NOT NULL,
  days INTEGER NOT NULL CHECK (days >= 0),
  predictions BLOB NOT NULL,
  PRIMARY KEY (study, fit_window, frequency, optimizer, seed)
) STRICT;

-- Weights after epoch 0, 1, 2, ...: Float32, little-endian.
CREATE TABLE study_trajectory (
  study TEXT NOT NULL REFERENCES study (id) ON DELETE CASCADE,
  fit_window INTEGER NOT NULL,
  frequency TEXT NOT NULL,
  optimizer TEXT NOT NULL,
  seed INTEGER NOT NULL,
  epochs INTEGER NOT NULL CHECK (epochs > 0),
  weights BLOB NOT NULL CHECK (length(weights) % (4 * epochs) = 0),
  PRIMARY KEY (study, fit_window, frequency, optimizer, seed)
) STRICT;

-- Asked for after the study: those of the study itself are in its result.
CREATE TABLE landscape (
  id TEXT PRIMARY KEY CHECK (id <> ''),
  study TEXT NOT NULL REFERENCES study (id) ON DELETE CASCADE,
  state TEXT NOT NULL CHECK (state IN ('done', 'cancelled')),
  started_at TEXT NOT NULL,
  seconds REAL NOT NULL CHECK (seconds >= 0),
  keys TEXT NOT NULL CHECK (json_valid(keys)),
  settings TEXT NOT NULL CHECK (json_valid(settings)),
  drawn TEXT NOT NULL CHECK (json_valid(drawn))
) STRICT;
`
