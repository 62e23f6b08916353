import { ApiProperty } from '@nestjs/swagger';
import { AuditEventResponse } from '../../audit/audit.dto.js';
import { CustomerResponse } from '../customers.dto.js';

class HeldCustomer extends CustomerResponse {
  @ApiProperty({
    description: 'When the customer was deleted; null otherwise.',
    type: String,
    format: 'date-time',
    nullable: true,
    example: null,
  })
  deleted_at: string | null;
}

class KeptAnswer {
  @ApiProperty({
    format: 'date-time',
    description: 'The time of the request.',
    example: '2026-11-20T07:00:00.000Z',
  })
  claimed_at: string;

  @ApiProperty({ type: CustomerResponse, description: 'The response.' })
  response: CustomerResponse;
}

export class PersonalDataResponse {
  @ApiProperty({
    description: 'The time of this export.',
    format: 'date-time',
    example: '2026-11-20T07:00:00.000Z',
  })
  exported_at: string;

  @ApiProperty({ description: 'The customer itself.' })
  customer: HeldCustomer;

  @ApiProperty({ type: [AuditEventResponse], description: 'Newest first.' })
  history: AuditEventResponse[];

  @ApiProperty({
    type: [KeptAnswer],
    description: 'Responses to requests with an Idempotency-Key, which are stored for 24 hours.',
  })
  kept_answers: KeptAnswer[];
}
