/** Asks whether PostgreSQL refuses writes, such as a standby. */
export const ASK_READ_ONLY = `SELECT current_setting('transaction_read_only') = 'on' AS "isReadOnly"`;

export interface ReadOnlyAnswer {
  isReadOnly: boolean;
}
