/**
 * Version 5: what tells the studies of a store apart. Tables of their own, not columns of `study`: SQLite would walk through a row's
 * result, which is megabytes, to whatever stands behind it.
 */
export const experiments = `
CREATE TABLE study_tag (
  study TEXT NOT NULL REFERENCES study (id) ON DELETE CASCADE,
  tag TEXT NOT NULL CHECK (tag <> '' AND tag = trim(tag)),
  PRIMARY KEY (study, tag)
) STRICT, WITHOUT ROWID;

-- Set aside from the others since then.
CREATE TABLE study_archive (
  study TEXT PRIMARY KEY REFERENCES study (id) ON DELETE CASCADE,
  archived_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Highest figures of the result: mean RankIC of a composite, annualised excess of a portfolio.
CREATE TABLE study_best (
  study TEXT PRIMARY KEY REFERENCES study (id) ON DELETE CASCADE,
  rank_ic REAL,
  rank_ic_optimizer TEXT,
  excess REAL,
  excess_optimizer TEXT,
  excess_index TEXT,
  CHECK ((rank_ic IS NULL) = (rank_ic_optimizer IS NULL)),
  CHECK ((excess IS NULL) = (excess_optimizer IS NULL) AND (excess IS NULL) = (excess_index IS NULL))
) STRICT, WITHOUT ROWID;

INSERT INTO study_best (study, rank_ic, rank_ic_optimizer, excess, excess_optimizer, excess_index)
  WITH
    factor AS (
      SELECT study.id AS study, f.value ->> '$.optimizer' AS optimizer, f.value ->> '$.rankIcSummary.mean' AS rank_ic,
        row_number() OVER (PARTITION BY study.id ORDER BY f.value ->> '$.rankIcSummary.mean' DESC, f.key) AS place
      FROM study, json_each(study.result, '$.factors') AS f
      WHERE f.value ->> '$.frequency' = 'composite' AND f.value ->> '$.rankIcSummary.mean' IS NOT NULL
        AND f.value ->> '$.optimizer' IS NOT NULL
    ),
    portfolio AS (
      SELECT study.id AS study, p.value ->> '$.model' AS optimizer, p.value ->> '$.index' AS index_symbol,
        p.value ->> '$.performance.full.annualisedExcess' AS excess,
        row_number() OVER (
          PARTITION BY study.id ORDER BY p.value ->> '$.performance.full.annualisedExcess' DESC, p.key
        ) AS place
      FROM study, json_each(study.result, '$.portfolios') AS p
      WHERE p.value ->> '$.performance.full.annualisedExcess' IS NOT NULL AND p.value ->> '$.model' IS NOT NULL
        AND p.value ->> '$.index' IS NOT NULL
    )
  SELECT study.id, factor.rank_ic, factor.optimizer, portfolio.excess, portfolio.optimizer, portfolio.index_symbol
  FROM study
    LEFT JOIN factor ON factor.study = study.id AND factor.place = 1
    LEFT JOIN portfolio ON portfolio.study = study.id AND portfolio.place = 1
  WHERE study.result IS NOT NULL;
`
