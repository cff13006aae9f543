// A service process that cannot start.
process.exit(7)
