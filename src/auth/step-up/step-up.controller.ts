import { Body, Controller, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Operation } from '../../common/openapi/operation.js';
import { AnyUser, CurrentUser } from '../../common/security/decorators.js';
import type { Principal } from '../../common/security/principal.js';
import { StepUpBody } from '../auth.dto.js';
import { StepUpService } from './step-up.service.js';

@ApiTags('auth')
@Controller('auth/step-up')
export class StepUpController {
  constructor(private readonly stepUp: StepUpService) {}

  @Post()
  @AnyUser()
  @Operation({
    summary: 'Prove again who you are',
    description:
      'What cannot be undone needs a log-in or a step-up of the last 10 minutes: otherwise a stolen ' +
      'access token could do it. Send a code of the second factor, or the password of an account ' +
      'without one. The access token stays the same. Wrong codes count for the account and make ' +
      'further ones wait (429). A session that sends the eighth wrong code in a row is revoked.',
    errors: ['invalid_otp', 'mfa_required', 'password_incorrect', 'encryption_unavailable'],
    examples: {
      body: StepUpBody,
      bodies: {
        'with the password': { password: 'correct horse battery staple' },
        'with the authenticator': { otp: '482913' },
        'with a recovery code': { recovery_code: 'K5QXGZLSMFZWI3DPOJSW2IDU' },
      },
    },
  })
  stepUpSession(@CurrentUser() principal: Principal, @Body() body: StepUpBody): Promise<void> {
    return this.stepUp.stepUp(principal, body);
  }
}
