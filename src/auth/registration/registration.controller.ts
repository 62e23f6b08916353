import { Body, Controller, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Operation } from '../../common/openapi/operation.js';
import { RateLimit } from '../../common/rate-limits/rate-limit.js';
import { CurrentClient, Public } from '../../common/security/decorators.js';
import type { Client } from '../../common/security/principal.js';
import { UserResponse } from '../../users/user-response.dto.js';
import { RegisterBody } from '../auth.dto.js';
import { RegistrationService } from './registration.service.js';

const PASSWORD = 'correct horse battery staple';

@ApiTags('auth')
@Controller('auth')
export class RegistrationController {
  constructor(private readonly registration: RegistrationService) {}

  @Post('register')
  @Public()
  @RateLimit('register')
  @Operation({
    summary: 'Register an account',
    createsIn: '/users',
    returns: UserResponse,
    errors: [
      'role_not_permitted',
      'registration_closed',
      'username_taken',
      'email_taken',
      'mobile_taken',
    ],
    examples: {
      body: RegisterBody,
      bodies: {
        'username and e-mail': {
          username: 'jane.doe',
          email: 'jane@example.com',
          name: 'Jane Doe',
          password: PASSWORD,
        },
        'username alone': { username: 'john.doe', password: PASSWORD },
      },
    },
  })
  registerAccount(
    @CurrentClient() client: Client,
    @Body() body: RegisterBody,
  ): Promise<UserResponse> {
    return this.registration.register(client, body);
  }
}
