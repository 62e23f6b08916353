import { Body, Controller, Delete, Get, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Operation } from '../common/openapi/operation.js';
import { AnyUser, CurrentUser, Recent } from '../common/security/decorators.js';
import type { Principal } from '../common/security/principal.js';
import { ConfirmTotpBody, MfaResponse, RecoveryCodesResponse, TotpResponse } from './mfa.dto.js';
import { MfaService } from './mfa.service.js';

@ApiTags('second factor')
@Controller('users/me/mfa')
export class MfaController {
  constructor(private readonly mfa: MfaService) {}

  @Get()
  @AnyUser()
  @Operation({ summary: 'Read whether my log-in needs a second factor', returns: MfaResponse })
  getMfa(@CurrentUser() principal: Principal): Promise<MfaResponse> {
    return this.mfa.status(principal);
  }

  @Post('totp')
  @AnyUser()
  @Recent()
  @Operation({
    summary: 'Add an authenticator application',
    description:
      'Show otpauth_uri as a QR code, let the person scan it, and confirm it with the first code ' +
      'within 10 minutes. Nothing changes before. Another request replaces the secret.',
    status: 201,
    returns: TotpResponse,
    errors: ['mfa_enabled', 'encryption_unavailable'],
  })
  addTotp(@CurrentUser() principal: Principal): Promise<TotpResponse> {
    return this.mfa.enrol(principal);
  }

  @Post('totp/confirm')
  @AnyUser()
  @Operation({
    summary: 'Confirm the application with its first code',
    description:
      'From now on a log-in needs a code. Revokes all other sessions. The response contains ten ' +
      'recovery codes, which are not shown again. Ask the person to store them.',
    status: 200,
    returns: RecoveryCodesResponse,
    errors: ['invalid_otp', 'not_found', 'mfa_enabled', 'encryption_unavailable'],
    examples: { body: ConfirmTotpBody, bodies: { 'the code now shown': { otp: '482913' } } },
  })
  confirmTotp(
    @CurrentUser() principal: Principal,
    @Body() { otp }: ConfirmTotpBody,
  ): Promise<RecoveryCodesResponse> {
    return this.mfa.confirm(principal, otp);
  }

  @Post('recovery-codes')
  @AnyUser()
  @Recent()
  @Operation({
    summary: 'Replace my recovery codes',
    description: 'The response contains ten new codes. The old ones no longer work.',
    status: 200,
    returns: RecoveryCodesResponse,
    errors: ['not_found'],
  })
  replaceRecoveryCodes(@CurrentUser() principal: Principal): Promise<RecoveryCodesResponse> {
    return this.mfa.replaceRecoveryCodes(principal);
  }

  @Delete()
  @AnyUser()
  @Recent()
  @Operation({
    summary: 'Remove my second factor',
    description: 'Log-ins need only the password again. Revokes all other sessions.',
    errors: ['not_found'],
  })
  removeMfa(@CurrentUser() principal: Principal): Promise<void> {
    return this.mfa.disable(principal);
  }
}
