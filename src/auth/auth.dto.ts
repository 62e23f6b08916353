import { ApiProperty } from '@nestjs/swagger';
import { ChoiceField, EmailField, PlainTextField } from '../common/validation/fields.js';
import {
  type Permission,
  PERMISSIONS,
  permissionsHeldBy,
  type Role,
  ROLES,
} from '../common/security/permissions.js';
import { passwordWeakness } from '../common/security/password-rules.js';
import type { Principal } from '../common/security/principal.js';
import type { Config } from '../common/config/config.js';
import type { FieldError } from '../common/errors/app-error.js';
import { addressRequired, onlyOneFactor, onlyOneProof } from './auth.errors.js';
import { OtpField, RecoveryCodeField } from '../mfa/mfa-fields.js';
import { MobileField, NewPasswordField, CurrentPasswordField } from '../users/user-fields.js';
import { USER_KINDS, type UserKind } from '../users/user.entity.js';
import { Profile } from '../users/users.dto.js';
import { nameMissing } from '../users/users.errors.js';
import { LOGOUT_SCOPES, type LogoutScope } from '../sessions/sessions.dto.js';
import type { TokenPair } from '../sessions/tokens.js';

export class RegisterBody extends Profile {
  @NewPasswordField({ isRequired: true })
  password: string;

  @ChoiceField(ROLES, { description: 'The role that registration assigns.', example: 'user' })
  role?: Role | null;

  /** Errors that concern several fields or the configuration, see DtoPipe. */
  static crossFieldErrors(body: RegisterBody, config: Config): FieldError[] {
    const { registration, accountActivation: address, passwordMinLength } = config;
    if (registration === 'closed') return []; // the service refuses the request
    const { password, username, email, mobile, name } = body;
    const isText = (value: unknown) => typeof value === 'string';
    const weakness = isText(password)
      ? passwordWeakness(
          password,
          passwordMinLength,
          [username, email, mobile, name].filter(isText),
        )
      : undefined;
    return [
      ...(!isGiven(username) && !isGiven(email) ? (nameMissing().errors ?? []) : []),
      ...(address !== 'none' && !isGiven(body[address])
        ? (addressRequired(address).errors ?? [])
        : []),
      ...(weakness ? [{ pointer: '/password', ...weakness }] : []),
    ];
  }
}

export class LoginBody {
  @PlainTextField(1, 254, {
    description:
      'A username, an e-mail address or a mobile number, recognised by its form. A username that looks ' +
      'like a number, such as 2026-001, counts as the number if an account has it: use `username`.',
    example: 'jane.doe',
  })
  login?: string | null;

  @PlainTextField(1, 254, {
    description: 'The username of the account.',
    example: 'jane.doe',
  })
  username?: string | null;

  @EmailField({ description: 'The e-mail address of the account.', example: 'jane@example.com' })
  email?: string | null;

  @MobileField({ description: 'The mobile number of the account.' })
  mobile?: string | null;

  @CurrentPasswordField({ description: 'The password of the account.', isRequired: true })
  password: string;

  @OtpField({
    description:
      'The six digits that the authenticator application shows now. Accounts without a second factor ' +
      'ignore it.',
  })
  otp?: string | null;

  @RecoveryCodeField()
  recovery_code?: string | null;

  static crossFieldErrors({ otp, recovery_code: code }: LoginBody): FieldError[] {
    return isGiven(otp) && isGiven(code) ? [onlyOneFactor()] : [];
  }
}

/** Exactly one of the three. */
export class StepUpBody {
  @OtpField({ description: 'The six digits that the authenticator application shows now.' })
  otp?: string | null;

  @RecoveryCodeField()
  recovery_code?: string | null;

  @CurrentPasswordField({ description: 'The password, for an account without a second factor.' })
  password?: string | null;

  static crossFieldErrors({ otp, recovery_code: code, password }: StepUpBody): FieldError[] {
    return [otp, code, password].filter(isGiven).length === 1 ? [] : [onlyOneProof()];
  }
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null;
}

/** Exactly one of the two. */
export class AddressBody {
  @EmailField({ description: 'The e-mail address of the account.', example: 'jane@example.com' })
  email?: string | null;

  @MobileField({ description: 'The mobile number of the account.' })
  mobile?: string | null;
}

export class ActivationBody extends AddressBody {
  @PlainTextField(1, 50, {
    isRequired: true,
    description:
      'The six digits of the newest message. Blanks and dashes between them are ignored.',
    example: '482913',
  })
  code: string;
}

export class PasswordResetBody {
  @PlainTextField(1, 100, {
    isRequired: true,
    description: 'The text after `#token=` in the link.',
    example: 'q0Yk0FQ7cX3m2v8sHn5r1bWzJd9tLp6uKe4gAaVxMfo',
  })
  token: string;

  @NewPasswordField({ isRequired: true, example: 'six crows over the harbour' })
  new_password: string;
}

/** It has the form of a token, but is none: a document cannot contain a valid token. */
export const REFRESH_TOKEN_EXAMPLE = 'eyJhbGciOiJIUzI1NiIsInR5cCI6InJ0K2p3dCJ9.e30.c2lnbmF0dXJl';

export class RefreshTokenBody {
  @PlainTextField(1, 4_096, {
    description: 'The refresh token. It takes precedence over a token in the Authorization header.',
    example: REFRESH_TOKEN_EXAMPLE,
  })
  refresh_token?: string | null;
}

export class LogoutQuery {
  @ChoiceField(LOGOUT_SCOPES, {
    description:
      'Which sessions of the account are revoked: this one (session, the default), all others, or all.',
  })
  scope?: LogoutScope;
}

export class TokenPairResponse implements TokenPair {
  @ApiProperty({
    description: 'For the Authorization header of every request.',
    example: 'eyJhbGciOiJIUzI1NiIsInR5cCI6ImF0K2p3dCJ9.e30.c2lnbmF0dXJl',
  })
  access_token: string;

  @ApiProperty({
    description: 'For POST /auth/refresh, which returns the next one.',
    example: REFRESH_TOKEN_EXAMPLE,
  })
  refresh_token: string;

  @ApiProperty({
    description: 'How the access token is sent: `Authorization: Bearer <token>`.',
    enum: ['Bearer'],
    example: 'Bearer',
  })
  token_type: 'Bearer';

  @ApiProperty({
    type: 'integer',
    description: 'Seconds until the access token expires.',
    example: 600,
  })
  expires_in: number;

  @ApiProperty({
    type: 'integer',
    description: 'Seconds until the refresh token expires.',
    example: 2592000,
  })
  refresh_expires_in: number;

  @ApiProperty({
    required: false,
    description:
      'Present when the account must add a second factor, POST /users/me/mfa/totp. Until then the ' +
      'access token has the role guest. Refresh the session afterwards.',
    enum: [true],
    example: true,
  })
  mfa_enrolment_required?: true;
}

/** The principal of an access token or an API key. */
export class TokenResponse {
  @ApiProperty({
    description: 'The account that the token belongs to.',
    format: 'uuid',
    example: '01890a5d-ac96-774b-bcce-b302099a8057',
  })
  user_id: string;

  @ApiProperty({
    description: 'The session that the token belongs to. For an API key, the id of the key.',
    format: 'uuid',
    example: '01890a5d-b0e1-7c3f-9a4e-5d6f7a8b9c0d',
  })
  session_id: string;

  @ApiProperty({
    description: 'The role of the account when the token was issued or the key was created.',
    enum: ROLES,
    example: 'user',
  })
  role: Role;

  @ApiProperty({
    description: 'When the token or the key expires, unless its session is revoked before.',
    format: 'date-time',
    example: '2026-11-20T07:10:00.000Z',
  })
  expires_at: string;

  @ApiProperty({
    enum: PERMISSIONS,
    isArray: true,
    description: 'The permissions of the role. For an API key, only those among its scopes.',
    example: ['customers:read', 'customers:write', 'users:read'],
  })
  permissions: readonly Permission[];

  @ApiProperty({
    description: 'A service account uses an API key, a person an access token.',
    enum: USER_KINDS,
    example: 'person',
  })
  kind: UserKind;

  @ApiProperty({
    description: 'The id of the API key; null for an access token.',
    type: String,
    format: 'uuid',
    nullable: true,
    example: null,
  })
  key_id: string | null;

  static of(principal: Principal): TokenResponse {
    const { userId, sessionId, role, expiresAt, keyId } = principal;
    return {
      user_id: userId,
      session_id: sessionId,
      role,
      expires_at: new Date(expiresAt).toISOString(),
      permissions: permissionsHeldBy(principal),
      kind: keyId === undefined ? 'person' : 'service',
      key_id: keyId ?? null,
    };
  }
}
