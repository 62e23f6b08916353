import { ApiProperty } from '@nestjs/swagger';
import { OtpField } from './mfa-fields.js';

export class ConfirmTotpBody {
  @OtpField({ isRequired: true })
  otp: string;
}

export class MfaResponse {
  @ApiProperty({
    description: 'Whether a log-in needs the second factor.',
    example: true,
  })
  enabled: boolean;

  @ApiProperty({
    description: 'When the second factor was enabled; null while it is not.',
    type: String,
    format: 'date-time',
    nullable: true,
    example: '2026-11-20T07:00:00.000Z',
  })
  enabled_at: string | null;

  @ApiProperty({
    type: 'integer',
    description: 'The number of unused recovery codes.',
    example: 10,
  })
  recovery_codes_left: number;
}

export class TotpResponse {
  @ApiProperty({
    description: 'For an application that cannot scan: 160 bits in Base32. Shown only here.',
    example: 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP',
  })
  secret: string;

  @ApiProperty({
    description: 'The secret as a URI, to be shown as a QR code.',
    example:
      'otpauth://totp/customer-api:jane.doe?issuer=customer-api&secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&algorithm=SHA1&digits=6&period=30',
  })
  otpauth_uri: string;
}

export class RecoveryCodesResponse {
  @ApiProperty({
    description: 'Ten codes, each for one use when the authenticator is lost. Shown only here.',
    type: [String],
    example: ['K5QXGZLSMFZWI3DPOJSW2IDU'],
  })
  recovery_codes: string[];
}
