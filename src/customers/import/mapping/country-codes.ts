import { COUNTRIES } from '../../iso-codes.js';
import { CodeNames } from './code-names.js';
import { languageCodes } from './language-codes.js';

/** ISO 3166-1 alpha-3 for each alpha-2 that has one. */
const ALPHA_3 = `AD AND AE ARE AF AFG AG ATG AI AIA AL ALB AM ARM AO AGO AQ ATA AR ARG AS ASM AT AUT
  AU AUS AW ABW AX ALA AZ AZE BA BIH BB BRB BD BGD BE BEL BF BFA BG BGR BH BHR BI BDI BJ BEN BL BLM
  BM BMU BN BRN BO BOL BQ BES BR BRA BS BHS BT BTN BV BVT BW BWA BY BLR BZ BLZ CA CAN CC CCK CD COD
  CF CAF CG COG CH CHE CI CIV CK COK CL CHL CM CMR CN CHN CO COL CR CRI CU CUB CV CPV CW CUW CX CXR
  CY CYP CZ CZE DE DEU DJ DJI DK DNK DM DMA DO DOM DZ DZA EC ECU EE EST EG EGY EH ESH ER ERI ES ESP
  ET ETH FI FIN FJ FJI FK FLK FM FSM FO FRO FR FRA GA GAB GB GBR GD GRD GE GEO GF GUF GG GGY GH GHA
  GI GIB GL GRL GM GMB GN GIN GP GLP GQ GNQ GR GRC GS SGS GT GTM GU GUM GW GNB GY GUY HK HKG HM HMD
  HN HND HR HRV HT HTI HU HUN ID IDN IE IRL IL ISR IM IMN IN IND IO IOT IQ IRQ IR IRN IS ISL IT ITA
  JE JEY JM JAM JO JOR JP JPN KE KEN KG KGZ KH KHM KI KIR KM COM KN KNA KP PRK KR KOR KW KWT KY CYM
  KZ KAZ LA LAO LB LBN LC LCA LI LIE LK LKA LR LBR LS LSO LT LTU LU LUX LV LVA LY LBY MA MAR MC MCO
  MD MDA ME MNE MF MAF MG MDG MH MHL MK MKD ML MLI MM MMR MN MNG MO MAC MP MNP MQ MTQ MR MRT MS MSR
  MT MLT MU MUS MV MDV MW MWI MX MEX MY MYS MZ MOZ NA NAM NC NCL NE NER NF NFK NG NGA NI NIC NL NLD
  NO NOR NP NPL NR NRU NU NIU NZ NZL OM OMN PA PAN PE PER PF PYF PG PNG PH PHL PK PAK PL POL PM SPM
  PN PCN PR PRI PS PSE PT PRT PW PLW PY PRY QA QAT RE REU RO ROU RS SRB RU RUS RW RWA SA SAU SB SLB
  SC SYC SD SDN SE SWE SG SGP SH SHN SI SVN SJ SJM SK SVK SL SLE SM SMR SN SEN SO SOM SR SUR SS SSD
  ST STP SV SLV SX SXM SY SYR SZ SWZ TC TCA TD TCD TF ATF TG TGO TH THA TJ TJK TK TKL TL TLS TM TKM
  TN TUN TO TON TR TUR TT TTO TV TUV TW TWN TZ TZA UA UKR UG UGA UM UMI US USA UY URY UZ UZB VA VAT
  VC VCT VE VEN VG VGB VI VIR VN VNM VU VUT WF WLF WS WSM YE YEM YT MYT ZA ZAF ZM ZMB ZW ZWE`;

/** Codes that ISO does not assign, but that people and the European Union use. */
const OTHERS: ReadonlyMap<string, string> = new Map([
  ['UK', 'GB'],
  ['EL', 'GR'],
  ['ROM', 'RO'],
]);

/** Official and former names of countries, and names in other languages. */
const NAMES: Readonly<Record<string, string>> = {
  'United States of America': 'US',
  'United Kingdom of Great Britain and Northern Ireland': 'GB',
  'Great Britain': 'GB',
  England: 'GB',
  Scotland: 'GB',
  Wales: 'GB',
  'Northern Ireland': 'GB',
  'The Netherlands': 'NL',
  Holland: 'NL',
  'Czech Republic': 'CZ',
  'Russian Federation': 'RU',
  'Republic of Korea': 'KR',
  'Korea, Republic of': 'KR',
  "People's Republic of China": 'CN',
  'Viet Nam': 'VN',
  'Iran, Islamic Republic of': 'IR',
  'Moldova, Republic of': 'MD',
  'Taiwan, Province of China': 'TW',
  'Tanzania, United Republic of': 'TZ',
  'Venezuela, Bolivarian Republic of': 'VE',
  'Bolivia, Plurinational State of': 'BO',
  'Syrian Arab Republic': 'SY',
  'Brunei Darussalam': 'BN',
  "Lao People's Democratic Republic": 'LA',
  Macedonia: 'MK',
  Swaziland: 'SZ',
  'Cape Verde': 'CV',
  'Ivory Coast': 'CI',
  'Hong Kong': 'HK',
  Macau: 'MO',
  UAE: 'AE',
  Turkey: 'TR',
  Burma: 'MM',
  'East Timor': 'TL',
  'Republic of Ireland': 'IE',
  Großbritannien: 'GB',
  'Grande-Bretagne': 'GB',
  'Gran Bretaña': 'GB',
  'Gran Bretagna': 'GB',
  'Groot-Brittannië': 'GB',
  'Vereinigte Staaten von Amerika': 'US',
  "États-Unis d'Amérique": 'US',
  'Estados Unidos de América': 'US',
  "Stati Uniti d'America": 'US',
  'Verenigde Staten van Amerika': 'US',
  'Tschechische Republik': 'CZ',
  'République tchèque': 'CZ',
  'Slovak Republic': 'SK',
  Weißrussland: 'BY',
  Moldawien: 'MD',
  'Republic of Moldova': 'MD',
  'Lao PDR': 'LA',
  Macao: 'MO',
  Palestine: 'PS',
  'State of Palestine': 'PS',
  Vatican: 'VA',
  'Holy See': 'VA',
  'DR Congo': 'CD',
  'Democratic Republic of the Congo': 'CD',
  'Congo, Democratic Republic of the': 'CD',
  'Congo, The Democratic Republic of the': 'CD',
  'Korea, South': 'KR',
  "Korea, Democratic People's Republic of": 'KP',
  'Micronesia, Federated States of': 'FM',
  'Falkland Islands (Malvinas)': 'FK',
  'Virgin Islands, U.S.': 'VI',
  'Virgin Islands, British': 'VG',
  'Bosnia and Herzegovina': 'BA',
  'Trinidad and Tobago': 'TT',
  'Antigua and Barbuda': 'AG',
  'Saint Kitts and Nevis': 'KN',
  'Saint Vincent and the Grenadines': 'VC',
  'Saint Pierre and Miquelon': 'PM',
  'Sao Tome and Principe': 'ST',
  'Turks and Caicos Islands': 'TC',
  'Wallis and Futuna': 'WF',
  'Svalbard and Jan Mayen': 'SJ',
  'The Bahamas': 'BS',
  'The Gambia': 'GM',
  'Republic of the Congo': 'CG',
  Eire: 'IE',
  'Heard Island and McDonald Islands': 'HM',
  'Islamic Republic of Iran': 'IR',
  'Kyrgyz Republic': 'KG',
  'Libyan Arab Jamahiriya': 'LY',
  'Palestinian Territory': 'PS',
  'South Georgia and the South Sandwich Islands': 'GS',
  'Svalbard & Jan Mayen Islands': 'SJ',
  'Saint Vincent & the Grenadines': 'VC',
  'Bonaire, Sint Eustatius and Saba': 'BQ',
  'United States Minor Outlying Islands': 'UM',
  'United States Virgin Islands': 'VI',
  'Korea, the Republic of': 'KR',
  'Korea (the Republic of)': 'KR',
  'Venezuela, RB': 'VE',
  'Egypt, Arab Rep.': 'EG',
  'Macau SAR': 'MO',
  'Democratic Republic of Congo': 'CD',
  'Republic of Serbia': 'RS',
  'Republic of India': 'IN',
  'Federal Republic of Germany': 'DE',
  'P.R. China': 'CN',
  'Mainland China': 'CN',
  Inglaterra: 'GB',
  'EE. UU.': 'US',
  Méjico: 'MX',
  香港: 'HK',
  澳門: 'MO',
  澳门: 'MO',
  한국: 'KR',
  السعودية: 'SA',
  ประเทศไทย: 'TH',
  Bharat: 'IN',
  'Congo (DRC)': 'CD',
  'Congo, Dem. Rep.': 'CD',
  'Congo, Rep.': 'CG',
  'Korea, Rep.': 'KR',
  'Korea (North)': 'KP',
  "Korea, Dem. People's Rep.": 'KP',
  'Iran, Islamic Rep.': 'IR',
  'Yemen, Rep.': 'YE',
  'Micronesia, Fed. Sts.': 'FM',
  'Gambia, The': 'GM',
  'Bahamas, The': 'BS',
  'Macao SAR, China': 'MO',
  'China (Taiwan)': 'TW',
  'China (Hong Kong)': 'HK',
  'China (Macau)': 'MO',
  'Sudan (South)': 'SS',
  'Samoa (American)': 'AS',
  'Guinea (Equatorial)': 'GQ',
  'Ireland (Northern)': 'GB',
  'The United States': 'US',
  'The United States of America': 'US',
  'Rep. Dominicana': 'DO',
  'República Checa': 'CZ',
  'República Tcheca': 'CZ',
  'Repubblica Ceca': 'CZ',
  'Macedonia, the former Yugoslav Republic of': 'MK',
  'Bundesrepublik Deutschland': 'DE',
  Oesterreich: 'AT',
  中华人民共和国: 'CN',
  РФ: 'RU',
  PRC: 'CN',
  KSA: 'SA',
  RSA: 'ZA',
  BRD: 'DE',
  'Palestine, State of': 'PS',
  'Occupied Palestinian Territory': 'PS',
  'Palestinian Territory, Occupied': 'PS',
  'Saint Helena, Ascension and Tristan da Cunha': 'SH',
  'Tanzania, the United Republic of': 'TZ',
  "Korea (the Democratic People's Republic of)": 'KP',
  'Falkland Islands (the) [Malvinas]': 'FK',
  'Ireland, Republic of': 'IE',
  'Netherlands, The': 'NL',
  "China, People's Republic of": 'CN',
  'Macedonia, Former Yugoslav Republic of': 'MK',
  FYROM: 'MK',
  'Republic of North Macedonia': 'MK',
  'Saint Martin (Dutch part)': 'SX',
  'United States (US) Virgin Islands': 'VI',
  'United States (US) Minor Outlying Islands': 'UM',
  'Chinese Taipei': 'TW',
  'Taiwan, China': 'TW',
  'Hong Kong, China': 'HK',
  'China, Hong Kong SAR': 'HK',
  'China, Macao SAR': 'MO',
  'France métropolitaine': 'FR',
  'France, Metropolitan': 'FR',
  中国大陆: 'CN',
  臺灣: 'TW',
  日本国: 'JP',
  'Российская Федерация': 'RU',
  'Республика Беларусь': 'BY',
  Белоруссия: 'BY',
  'Республика Казахстан': 'KZ',
  Ελλάς: 'GR',
  DRC: 'CD',
  Zaire: 'CD',
  'Česká republika': 'CZ',
  'Slovenská republika': 'SK',
  Shqipëria: 'AL',
  Noreg: 'NO',
  الإمارات: 'AE',
  남한: 'KR',
};

const BY_ALPHA_3: ReadonlyMap<string, string> = new Map(
  [...ALPHA_3.matchAll(/(\w{2})\s+(\w{3})/g)].map(([, two = '', three = '']) => [three, two]),
);

const names = new CodeNames('region', COUNTRIES, NAMES);

/** Country codes from codes, locales and names. */
export const countryCodes = {
  names,
  /** @returns undefined when the text is neither a code nor a locale; it may still be a name */
  fromCode(text: string): string | undefined {
    const code = /^(?:[A-Za-z]\.){2,3}$/.test(text) ? text.replaceAll('.', '') : text;
    return fromPlainCode(code); // U.S. is US
  },
};

/** Whether an addition makes a name that of another country: Georgia (US), Congo (Democratic Republic). */
export function isOtherCountry(code: string | undefined, addition: string): boolean {
  if (code === 'GE') return countryCodes.fromCode(addition) === 'US';
  return code === 'CG' && /^d|d[eé]m|дем|za[iï]re|kinshasa/i.test(addition);
}

function fromPlainCode(text: string): string | undefined {
  if (!/^[ -~]*$/.test(text)) return undefined; // the upper case of ß is SS
  if (text === 'Nga') return undefined; // Russia in Vietnamese, while NGA is Nigeria
  const code = text.toUpperCase();
  if (COUNTRIES.has(code)) return code;
  return OTHERS.get(code) ?? BY_ALPHA_3.get(code) ?? regionOf(text);
}

const LOCALE = /^([a-z]{2,3})[-_](?:[a-z]{4}[-_])?([a-z]{2})(?:[.@].*)?$/i;

/**
 * The region of a locale. DE-BE can also be Berlin, by ISO 3166-2. Therefore a first part in capitals
 * that is a country does not count as a language.
 */
function regionOf(text: string): string | undefined {
  const [, language = '', given = ''] = LOCALE.exec(text) ?? [];
  const region = given.toUpperCase();
  const isLanguage = language.length === 3 || languageCodes.fromCode(language) !== undefined;
  const isSubdivision = COUNTRIES.has(language) && language !== region;
  return isLanguage && !isSubdivision && COUNTRIES.has(region) ? region : undefined;
}
