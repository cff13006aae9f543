/** Version 6: what an epoch took of its machine; NULL in epochs of earlier versions, which kept the time of their steps alone. */
export const epochClock = `
ALTER TABLE study_epoch ADD COLUMN clock TEXT CHECK (json_valid(clock));
`
