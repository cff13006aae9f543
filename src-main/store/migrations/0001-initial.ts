/**
 * Version 1. Dates are INTEGER yyyymmdd. Prices are raw, volume in shares, amount and float_cap in currency.
 * `batch` names the import that last wrote a row: where a number came from, and how a key that comes twice in one
 * import is told from one that an earlier import stored.
 *
 * Index tables and industries hold symbols, not instruments: most index members have no bars here.
 */
export const initial = `
CREATE TABLE project (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  name TEXT NOT NULL,
  synthetic INTEGER NOT NULL CHECK (synthetic IN (0, 1))
) STRICT;
INSERT INTO project VALUES (1, '', 0);

CREATE TABLE import_batch (
  id INTEGER PRIMARY KEY,
  imported_at TEXT NOT NULL,
  path TEXT NOT NULL,
  sha256 TEXT NOT NULL CHECK (length(sha256) = 64),
  preset TEXT NOT NULL,
  rows_in INTEGER NOT NULL DEFAULT 0,
  rows_stored INTEGER NOT NULL DEFAULT 0,
  rows_quarantined INTEGER NOT NULL DEFAULT 0,
  CHECK (rows_in = rows_stored + rows_quarantined)
) STRICT;
CREATE INDEX import_batch_path ON import_batch (path);
CREATE INDEX import_batch_sha256 ON import_batch (sha256);

CREATE TABLE quarantine (
  batch INTEGER NOT NULL REFERENCES import_batch (id),
  row INTEGER NOT NULL CHECK (row > 0),
  field TEXT NOT NULL,
  reason TEXT NOT NULL,
  raw TEXT NOT NULL,
  PRIMARY KEY (batch, row)
) STRICT, WITHOUT ROWID;

CREATE TABLE instrument (
  id INTEGER PRIMARY KEY,
  symbol TEXT NOT NULL UNIQUE CHECK (symbol <> ''),
  name TEXT NOT NULL DEFAULT '',
  list_date INTEGER CHECK (list_date BETWEEN 19000101 AND 21991231),
  batch INTEGER REFERENCES import_batch (id)
) STRICT;

CREATE TABLE bar (
  instrument INTEGER NOT NULL REFERENCES instrument (id),
  date INTEGER NOT NULL CHECK (date BETWEEN 19000101 AND 21991231),
  open REAL CHECK (open > 0),
  high REAL CHECK (high > 0),
  low REAL CHECK (low > 0),
  close REAL CHECK (close > 0),
  preclose REAL CHECK (preclose > 0),
  volume REAL CHECK (volume >= 0),
  amount REAL CHECK (amount >= 0),
  float_cap REAL CHECK (float_cap > 0),
  suspended INTEGER NOT NULL CHECK (suspended IN (0, 1)),
  is_st INTEGER CHECK (is_st IN (0, 1)),
  batch INTEGER NOT NULL REFERENCES import_batch (id),
  PRIMARY KEY (instrument, date)
) STRICT, WITHOUT ROWID;

-- Change points only: the factor holds from its date to the next one.
CREATE TABLE adjustment (
  instrument INTEGER NOT NULL REFERENCES instrument (id),
  date INTEGER NOT NULL CHECK (date BETWEEN 19000101 AND 21991231),
  factor REAL NOT NULL CHECK (factor > 0),
  PRIMARY KEY (instrument, date)
) STRICT, WITHOUT ROWID;

CREATE TABLE calendar (
  date INTEGER PRIMARY KEY CHECK (date BETWEEN 19000101 AND 21991231),
  batch INTEGER NOT NULL REFERENCES import_batch (id)
) STRICT;

CREATE TABLE index_info (
  symbol TEXT PRIMARY KEY CHECK (symbol <> ''),
  name TEXT NOT NULL,
  total_return INTEGER NOT NULL DEFAULT 0 CHECK (total_return IN (0, 1))
) STRICT, WITHOUT ROWID;

CREATE TABLE index_bar (
  symbol TEXT NOT NULL REFERENCES index_info (symbol),
  date INTEGER NOT NULL CHECK (date BETWEEN 19000101 AND 21991231),
  open REAL CHECK (open > 0),
  high REAL CHECK (high > 0),
  low REAL CHECK (low > 0),
  close REAL NOT NULL CHECK (close > 0),
  volume REAL CHECK (volume >= 0),
  batch INTEGER NOT NULL REFERENCES import_batch (id),
  PRIMARY KEY (symbol, date)
) STRICT, WITHOUT ROWID;

-- Member on d if in_date <= d < out_date; NULL out_date = still in.
CREATE TABLE index_membership (
  index_symbol TEXT NOT NULL REFERENCES index_info (symbol),
  symbol TEXT NOT NULL CHECK (symbol <> ''),
  in_date INTEGER NOT NULL CHECK (in_date BETWEEN 19000101 AND 21991231),
  out_date INTEGER CHECK (out_date > in_date AND out_date <= 21991231),
  batch INTEGER NOT NULL REFERENCES import_batch (id),
  PRIMARY KEY (index_symbol, symbol, in_date)
) STRICT, WITHOUT ROWID;

-- Weights are fractions.
CREATE TABLE index_weight (
  index_symbol TEXT NOT NULL REFERENCES index_info (symbol),
  date INTEGER NOT NULL CHECK (date BETWEEN 19000101 AND 21991231),
  symbol TEXT NOT NULL CHECK (symbol <> ''),
  weight REAL NOT NULL CHECK (weight >= 0),
  batch INTEGER NOT NULL REFERENCES import_batch (id),
  PRIMARY KEY (index_symbol, date, symbol)
) STRICT, WITHOUT ROWID;

-- as_of 0 = the source gives no date.
CREATE TABLE industry (
  symbol TEXT NOT NULL CHECK (symbol <> ''),
  as_of INTEGER NOT NULL CHECK (as_of = 0 OR as_of BETWEEN 19000101 AND 21991231),
  code TEXT NOT NULL,
  name TEXT NOT NULL CHECK (name <> ''),
  batch INTEGER NOT NULL REFERENCES import_batch (id),
  PRIMARY KEY (symbol, as_of)
) STRICT, WITHOUT ROWID;

CREATE TABLE study (
  id TEXT PRIMARY KEY CHECK (id <> ''),
  name TEXT NOT NULL,
  config TEXT NOT NULL CHECK (json_valid(config)),
  state TEXT NOT NULL CHECK (state IN ('running', 'done', 'failed', 'cancelled', 'interrupted')),
  owner_pid INTEGER NOT NULL,
  owner_started TEXT NOT NULL,
  owner_boot TEXT NOT NULL,
  started_at TEXT NOT NULL,
  ended_at TEXT,
  error TEXT CHECK (json_valid(error)),
  result TEXT CHECK (json_valid(result)),
  CHECK ((state = 'running') = (ended_at IS NULL))
) STRICT;

CREATE TABLE study_epoch (
  study TEXT NOT NULL REFERENCES study (id) ON DELETE CASCADE,
  fit_window INTEGER NOT NULL,
  frequency TEXT NOT NULL,
  optimizer TEXT NOT NULL,
  seed INTEGER NOT NULL,
  epoch INTEGER NOT NULL CHECK (epoch > 0),
  record TEXT NOT NULL CHECK (json_valid(record)),
  PRIMARY KEY (study, fit_window, frequency, optimizer, seed, epoch)
) STRICT, WITHOUT ROWID;

-- Float64, little-endian.
CREATE TABLE study_weights (
  study TEXT NOT NULL REFERENCES study (id) ON DELETE CASCADE,
  fit_window INTEGER NOT NULL,
  frequency TEXT NOT NULL,
  optimizer TEXT NOT NULL,
  seed INTEGER NOT NULL,
  weights BLOB NOT NULL CHECK (length(weights) % 8 = 0),
  layout TEXT NOT NULL CHECK (json_valid(layout)),
  PRIMARY KEY (study, fit_window, frequency, optimizer, seed)
) STRICT;
`
