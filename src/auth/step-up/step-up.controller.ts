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
    summary: 'Step up the session',
    description:
      'Sensitive requests need a log-in or a step-up within the last 10 minutes, because a stolen ' +
      'access token must not be enough for them. Send a code of the second factor, or the password ' +
      'if the account has no second factor. The access token stays the same. After several wrong ' +
      'codes the account has to wait (429). The eighth wrong code in a row revokes the session.',
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
