/** Whether PostgreSQL refuses writes: it is a standby, or set to be read-only. */
export const ASK_READ_ONLY = `SELECT current_setting('transaction_read_only') = 'on' AS "isReadOnly"`;

export interface ReadOnlyAnswer {
  isReadOnly: boolean;
}
