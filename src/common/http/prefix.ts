/** The prefix of every route, except those of operations and documentation. */
export const API_PREFIX = 'api/v1';
