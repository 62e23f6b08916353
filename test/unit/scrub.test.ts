import { describe, expect, it } from 'vitest';
import { scrub } from '../../src/common/logging/scrub.js';

describe('scrub', () => {
  it.each([
    ['22P02', 'invalid input syntax for type date: "Ada "the first""', 'Ada'],
    ['22003', 'value "4915100000001" is out of range for type integer', '49151'],
    ['22P02', 'ungültige Eingabesyntax für Typ date: »1990-13-01«', '1990'],
    ['22P02', 'syntaxe en entrée invalide pour le type date : « 1990-13-01 »', '1990'],
    ['22P02', 'типа date: "1990-13-01"', '1990'],
    ['42601', 'syntax error at or near "ada@example.com"', 'ada@'],
  ])('removes values from a message with SQLSTATE %s', (sqlState, message, value) => {
    expect(scrub(message, sqlState)).not.toContain(value);
    expect(scrub(message, sqlState)).toContain('[redacted]');
  });

  it('keeps the names of constraints, and messages that are not from PostgreSQL', () => {
    const message = 'duplicate key value violates unique constraint "users_email_key"';
    expect(scrub(message, '23505')).toBe(message);
    expect(scrub('Port "3000" is in use', undefined)).toBe('Port "3000" is in use');
  });
});
