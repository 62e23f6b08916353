import { ApiProperty } from '@nestjs/swagger';
import { pageOf } from '../common/pagination/page.dto.js';

/** Which sessions a log-out revokes: that of its token, all others of the user, or all. */
export const LOGOUT_SCOPES = ['session', 'others', 'all'] as const;
export type LogoutScope = (typeof LOGOUT_SCOPES)[number];

export class SessionResponse {
  @ApiProperty({
    description: 'The id of the session.',
    format: 'uuid',
    example: '01890a5d-ac96-774b-bcce-b302099a8057',
  })
  id: string;

  @ApiProperty({
    format: 'date-time',
    description: 'Time of the log-in.',
    example: '2026-11-20T07:00:00.000Z',
  })
  created_at: string;

  @ApiProperty({
    format: 'date-time',
    description: 'Time of the last refresh, or of the log-in.',
    example: '2026-11-20T09:30:00.000Z',
  })
  last_used_at: string;

  @ApiProperty({
    format: 'date-time',
    description: 'The session expires at this time, unless it is revoked before.',
    example: '2026-12-20T07:00:00.000Z',
  })
  expires_at: string;

  @ApiProperty({
    description: 'The address that the session was opened from.',
    type: String,
    nullable: true,
    example: '203.0.113.7',
  })
  ip: string | null;

  @ApiProperty({
    description: 'The `User-Agent` that the session was opened with.',
    type: String,
    nullable: true,
    example: 'curl/8.5.0',
  })
  user_agent: string | null;

  @ApiProperty({
    description: 'Whether this request belongs to the session.',
    example: true,
  })
  current: boolean;
}

export const SessionPage = pageOf(SessionResponse);
