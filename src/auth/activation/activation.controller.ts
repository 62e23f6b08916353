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
      'Activates the account that registered with the address. To complete the change of an ' +
      'address, send the access token of the account as Bearer, too: the code is valid for this ' +
      'account alone. 401 means that the access token is not valid and no first address was ' +
      'confirmed: send the same code with a new token. A code is valid for 15 minutes, five ' +
      'attempts and one use. Blanks and dashes in it are ignored.',
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
      'The answer is the same whether or not an account waits for a code at the address. The new ' +
      'code replaces the old one. When several accounts wait to change to this address, send the ' +
      'access token of yours.',
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
