import { Controller, Delete } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Operation } from '../common/openapi/operation.js';
import { CurrentUser, Id, Permission, Recent } from '../common/security/decorators.js';
import type { Principal } from '../common/security/principal.js';
import { MfaService } from './mfa.service.js';

@ApiTags('second factor')
@Controller('users')
export class MfaResetController {
  constructor(private readonly mfa: MfaService) {}

  @Delete(':id/mfa')
  @Permission('users:admin')
  @Recent()
  @Operation({
    summary: "Reset a user's second factor",
    description:
      'For a user who has lost both the authenticator and the recovery codes. Verify the identity of ' +
      'the person who asks for it. Revokes all sessions of the user and notifies the user.',
    errors: ['not_found'],
  })
  resetUserMfa(@CurrentUser() principal: Principal, @Id() id: string): Promise<void> {
    return this.mfa.reset(principal, id);
  }
}
