/**
 * Version 2. What comes in files of its own beside the bars: float cap, suspension and ST by stock and day, and daily
 * factors by name. The days on which a whole list of members is known. What every import did.
 */
export const dailyValues = `
-- Missing values are NULL; a row has at least one.
CREATE TABLE daily_value (
  instrument INTEGER NOT NULL REFERENCES instrument (id),
  date INTEGER NOT NULL CHECK (date BETWEEN 19000101 AND 21991231),
  float_cap REAL CHECK (float_cap > 0),
  suspended INTEGER CHECK (suspended IN (0, 1)),
  is_st INTEGER CHECK (is_st IN (0, 1)),
  batch INTEGER NOT NULL REFERENCES import_batch (id),
  CHECK (coalesce(float_cap, suspended, is_st) IS NOT NULL),
  PRIMARY KEY (instrument, date)
) STRICT, WITHOUT ROWID;

CREATE TABLE extra_factor (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE CHECK (name <> '')
) STRICT;

CREATE TABLE extra_factor_value (
  factor INTEGER NOT NULL REFERENCES extra_factor (id),
  instrument INTEGER NOT NULL REFERENCES instrument (id),
  date INTEGER NOT NULL CHECK (date BETWEEN 19000101 AND 21991231),
  value REAL NOT NULL,
  batch INTEGER NOT NULL REFERENCES import_batch (id),
  PRIMARY KEY (factor, instrument, date)
) STRICT, WITHOUT ROWID;

-- A snapshot says who is a member from its date to the next one's; the intervals are in index_membership.
CREATE TABLE membership_snapshot (
  index_symbol TEXT NOT NULL REFERENCES index_info (symbol),
  date INTEGER NOT NULL CHECK (date BETWEEN 19000101 AND 21991231),
  batch INTEGER NOT NULL REFERENCES import_batch (id),
  PRIMARY KEY (index_symbol, date)
) STRICT, WITHOUT ROWID;

-- NULL for the imports of version 1, which did not count them.
ALTER TABLE import_batch ADD COLUMN rows_inserted INTEGER CHECK (rows_inserted >= 0);
ALTER TABLE import_batch ADD COLUMN rows_replaced INTEGER CHECK (rows_replaced >= 0);
ALTER TABLE import_batch ADD COLUMN rows_unchanged INTEGER
  CHECK (rows_unchanged >= 0 AND rows_inserted + rows_replaced + rows_unchanged = rows_stored);
`
