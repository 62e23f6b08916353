import { Body, Controller, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Operation } from '../../common/openapi/operation.js';
import { Caller, OptionalUser } from '../../common/security/decorators.js';
import type { Client, Principal } from '../../common/security/principal.js';
import { RateLimit } from '../../common/rate-limits/rate-limit.js';
import { UserResponse } from '../../users/user-response.dto.js';
import { ActivationService } from './activation.service.js';
import { ActivationBody, AddressBody } from '../auth.dto.js';

@ApiTags('auth')
@Controller('auth/activation')
export class ActivationController {
  constructor(private readonly activation: ActivationService) {}

  @Post()
  @OptionalUser()
  @RateLimit('reset')
  @Operation({
    summary: 'Confirm an address with its code',
    description:
      'Activates the account that registered with the address. To confirm a changed address, also ' +
      'send the access token of the account as Bearer, because the code is valid for this account ' +
      'only. After a 401 for an invalid access token, send the same code with a new token. A code ' +
      'is valid for 15 minutes, five attempts and one use. Blanks and dashes in it are ignored.',
    returns: UserResponse,
    errors: ['invalid_token', 'invalid_code', 'email_taken', 'mobile_taken'],
    examples: {
      body: ActivationBody,
      bodies: {
        'by e-mail': { email: 'jane@example.com', code: '482913' },
        'by mobile': { mobile: '+49 151 23456789', code: '482913' },
      },
    },
  })
  activateAddress(
    @Caller() caller: Client | Principal,
    @Body() body: ActivationBody,
  ): Promise<UserResponse> {
    return this.activation.activate(caller, body);
  }

  @Post('resend')
  @OptionalUser()
  @RateLimit('forgot_ip')
  @Operation({
    summary: 'Request a new activation code',
    description:
      'The response is the same whether or not an account waits for a code at the address. The new ' +
      'code replaces the old one. If several accounts wait to change to this address, send the ' +
      'access token of your account.',
    status: 202,
    examples: {
      body: AddressBody,
      bodies: {
        'by e-mail': { email: 'jane@example.com' },
        'by mobile': { mobile: '+49 151 23456789' },
      },
    },
  })
  resendActivationCode(
    @Caller() caller: Client | Principal,
    @Body() body: AddressBody,
  ): Promise<void> {
    return this.activation.resend(caller, body);
  }
}
