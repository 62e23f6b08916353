import {
  ChoiceField,
  type FieldOptions,
  PlainTextField,
  TextField,
} from '../common/validation/fields.js';
import { isUsername, USERNAME_DETAIL } from '../common/validation/formats.js';
import { isPhone, normalizePhone, PHONE_DETAIL, PHONE_LIMITS } from '../common/validation/phone.js';
import { GENDERS } from './user.entity.js';

/** Field decorators that requests about accounts share. */

export function UsernameField(options: FieldOptions = {}): PropertyDecorator {
  return TextField([{ code: 'format', detail: USERNAME_DETAIL, accepts: isUsername }], {
    minLength: 3,
    maxLength: 50,
    pattern: '^[A-Za-z0-9._-]{3,50}$',
    example: 'jane.doe',
    ...options,
  });
}

export function MobileField(options: FieldOptions = {}): PropertyDecorator {
  return TextField(
    [{ code: 'format', detail: PHONE_DETAIL, accepts: isPhone }],
    { ...PHONE_LIMITS, example: '+49 151 23456789', ...options },
    normalizePhone,
  );
}

export function GenderField(): PropertyDecorator {
  return ChoiceField(
    GENDERS,
    { example: 'female', description: 'Upper and lower case are accepted.' },
    (value) => value.toLowerCase(),
  );
}

/** Checks only the form. The other rules need the account, see `Passwords.check`. */
export function NewPasswordField(options: FieldOptions = {}): PropertyDecorator {
  return PlainTextField(1, 1_000, {
    format: 'password',
    description:
      '8 to 128 characters of any kind. It must not be the username, e-mail, mobile or name of the account.',
    example: 'correct horse battery staple',
    minLength: 8,
    maxLength: 128,
    ...options,
  });
}

/** An existing password is only compared, so it may have any form. */
export function CurrentPasswordField(options: FieldOptions = {}): PropertyDecorator {
  return PlainTextField(0, 1_000, {
    format: 'password',
    example: 'correct horse battery staple',
    minLength: 0,
    ...options,
  });
}
