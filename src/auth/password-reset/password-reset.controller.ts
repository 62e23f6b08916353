import { Body, Controller, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Operation } from '../../common/openapi/operation.js';
import { CurrentClient, Public } from '../../common/security/decorators.js';
import type { Client } from '../../common/security/principal.js';
import { RateLimit } from '../../common/rate-limits/rate-limit.js';
import { AddressBody, PasswordResetBody } from '../auth.dto.js';
import { PasswordResetService } from './password-reset.service.js';

@ApiTags('auth')
@Controller('auth/password')
export class PasswordResetController {
  constructor(private readonly passwordReset: PasswordResetService) {}

  @Post('forgot')
  @Public()
  @RateLimit('forgot_ip')
  @Operation({
    summary: 'Request a password reset',
    description:
      'Sends a link to the address. The response is the same whether or not an account has it. The ' +
      'link is valid for 30 minutes and one use. A new link replaces the old one.',
    status: 202,
    errors: ['messages_unavailable'],
    examples: {
      body: AddressBody,
      bodies: {
        'by e-mail': { email: 'jane@example.com' },
        'by mobile': { mobile: '+49 151 23456789' },
      },
    },
  })
  requestPasswordReset(@CurrentClient() client: Client, @Body() body: AddressBody): Promise<void> {
    return this.passwordReset.request(client, body);
  }

  @Post('reset')
  @Public()
  @RateLimit('reset')
  @Operation({
    summary: 'Set a new password with a reset token',
    description:
      'Revokes all sessions of the account and resets its count of failed log-ins. The token remains ' +
      'valid when the new password is refused (400 validation_failed).',
    errors: ['invalid_reset_token'],
  })
  resetPassword(@CurrentClient() client: Client, @Body() body: PasswordResetBody): Promise<void> {
    return this.passwordReset.reset(client, body);
  }
}
