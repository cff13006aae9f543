/** Version 3. Instruments whose change points in `adjustment` were computed from the preclose of their bars. */
export const chainedFactors = `
CREATE TABLE chained_factor (
  instrument INTEGER PRIMARY KEY REFERENCES instrument (id)
) STRICT;
`
