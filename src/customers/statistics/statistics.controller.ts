import { Controller, Get } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Operation } from '../../common/openapi/operation.js';
import { CurrentUser, Permission } from '../../common/security/decorators.js';
import type { Principal } from '../../common/security/principal.js';
import { StatisticsResponse } from './statistics.dto.js';
import { StatisticsService } from './statistics.service.js';

@ApiTags('customers')
@Controller('customers/statistics')
export class StatisticsController {
  constructor(private readonly statistics: StatisticsService) {}

  @Get()
  @Permission('customers:read')
  @Operation({
    summary: 'Count customers by month of creation and decade of birth',
    description:
      'Deleted customers are not counted. For more than about 100,000 customers the counts are ' +
      'estimated from a random sample of the table, and `is_estimate` is true.',
    returns: StatisticsResponse,
  })
  getCustomerStatistics(@CurrentUser() principal: Principal): Promise<StatisticsResponse> {
    return this.statistics.read(principal);
  }
}
