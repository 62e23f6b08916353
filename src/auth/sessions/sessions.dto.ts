import { ApiProperty } from '@nestjs/swagger';
import { pageOf } from '../../common/http/pagination.js';

export class SessionResponse {
  @ApiProperty({ format: 'uuid' })
  id: string;

  @ApiProperty({ format: 'date-time', description: 'When the log-in was.' })
  created_at: string;

  @ApiProperty({ format: 'date-time', description: 'The log-in or the last refresh.' })
  last_used_at: string;

  @ApiProperty({ format: 'date-time', description: 'When it ends unless it is ended before.' })
  expires_at: string;

  @ApiProperty({ type: String, nullable: true, example: '203.0.113.7' })
  ip: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'curl/8.5.0' })
  user_agent: string | null;

  @ApiProperty({ description: 'Whether it is the session of this very request.' })
  current: boolean;
}

export const SessionPage = pageOf(SessionResponse);
