/** Rows per page. */
export const DEFAULT_LIMIT = 20;
export const MAXIMUM_LIMIT = 100;
