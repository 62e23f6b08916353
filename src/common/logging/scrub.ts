/** SQLSTATE of errors whose message quotes values: data exceptions and syntax errors. */
const QUOTES_VALUES = /^(22...|42601)$/;

/**
 * The message of an error as it may be logged. PostgreSQL quotes the value that it refused, which
 * may be personal data: `invalid input syntax for type date: "1990-13-01"`.
 */
export function scrub(message: string, sqlState: string | undefined): string {
  return QUOTES_VALUES.test(sqlState ?? '') ? message.replace(/"[^]*"/, '"[redacted]"') : message;
}
