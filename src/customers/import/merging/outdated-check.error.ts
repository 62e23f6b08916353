/** What the check of the rows found has changed since. They have to be checked again. */
export class OutdatedCheckError extends Error {}
