/** SQLSTATEs of errors whose message contains values: data exceptions and syntax errors. */
const QUOTES_VALUES = /^(22...|42601)$/;

/** From the first quotation mark to the last. With another `lc_messages`, PostgreSQL writes »x«, « x » or „x“. */
const QUOTED = /["»«„“][^]*["»«“”]/;

/**
 * Removes values from the message of an error. PostgreSQL quotes the refused value, which may be personal
 * data: `invalid input syntax for type date: "1990-13-01"`.
 */
export function scrub(message: string, sqlState: string | undefined): string {
  return QUOTES_VALUES.test(sqlState ?? '') ? message.replace(QUOTED, '"[redacted]"') : message;
}
