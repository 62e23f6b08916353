/** Customers have changed since the check of the rows. The rows must be checked again. */
export class OutdatedCheckError extends Error {}
