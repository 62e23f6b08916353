import { type FieldOptions, TextField } from '../common/validation/fields.js';
import { cleanCode, withoutSeparators } from '../common/validation/formats.js';

/** Fields of a body for the second factor. */

/** Accepts the digits of any script, because keyboards type them. */
export function OtpField(options: FieldOptions = {}): PropertyDecorator {
  return TextField(
    [{ code: 'format', detail: 'must be six digits', accepts: (otp) => /^[0-9]{6}$/.test(otp) }],
    {
      example: '482913',
      description: 'The six digits that the authenticator application shows now.',
      ...options,
    },
    cleanCode,
  );
}

export function RecoveryCodeField(options: FieldOptions = {}): PropertyDecorator {
  return TextField(
    [
      {
        code: 'format',
        detail: 'must be 24 characters of A to Z and 2 to 7',
        accepts: (code) => /^[A-Z2-7]{24}$/.test(code),
      },
    ],
    {
      example: 'K5QXGZLSMFZWI3DPOJSW2IDU',
      description: 'One of the recovery codes, instead of the code of the application.',
      ...options,
    },
    (value) => withoutSeparators(value.normalize('NFKC').toUpperCase()),
  );
}
