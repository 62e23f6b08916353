import type { FieldCase } from './field-cases.ts';

const ZOE = { name: 'Zoe Mora' };
const PHONE = '+442079460958';

/** Exports of shops, mailing lists, address books and databases, each imported with one call. */
export const SYSTEM_CASES: readonly FieldCase[] = [
  {
    title: 'Magento customers',
    file: 'magento.csv',
    query: {
      columns: '_address_country_id:country,_address_telephone:phone',
      unknown: 'ignore',
    },
    customers: [
      {
        ...ZOE,
        email: 'zoe@magento.example',
        dob: '1990-04-30',
        country: 'GB',
        phone: '02079460958',
      },
    ],
  },
  {
    title: 'WooCommerce customers',
    file: 'woocommerce.csv',
    query: {
      columns: 'id:external_id,billing_country:country,billing_phone:phone,meta:plan:metadata.plan',
      unknown: 'ignore',
    },
    customers: [
      {
        ...ZOE,
        external_id: '25',
        country: 'GB',
        phone: '02079460958',
        metadata: { plan: 'gold' },
      },
    ],
  },
  {
    title: 'WooCommerce customers from its API',
    file: 'woocommerce.json',
    query: {
      columns: 'id:external_id,billing.country:country,billing.phone:phone',
      unknown: 'ignore',
    },
    customers: [{ ...ZOE, external_id: '25', country: 'GB', phone: PHONE, metadata: null }],
  },
  {
    title: 'Stripe customers',
    file: 'stripe.csv',
    query: {
      columns:
        'id:external_id,Card Address Country:country,plan_level (metadata):metadata.plan_level',
      unknown: 'ignore',
    },
    customers: [
      { ...ZOE, external_id: 'cus_Q1zoe', country: 'GB', metadata: { plan_level: 'gold' } },
      { name: null, external_id: 'cus_Q2ada', country: null, metadata: null },
    ],
  },
  {
    title: 'Stripe customers from its API',
    file: 'stripe.json',
    query: {
      columns: 'id:external_id,address.country:country,preferred_locales[0]:language',
      unknown: 'ignore',
    },
    customers: [
      {
        ...ZOE,
        external_id: 'cus_Q1zoe',
        country: 'GB',
        language: 'en',
        phone: PHONE,
        metadata: { plan: 'gold', seats: '3' },
      },
    ],
  },
  {
    title: 'Google contacts',
    file: 'google-contacts.csv',
    query: {
      columns:
        'E-mail 1 - Value:email,Phone 1 - Value:phone,Address 1 - Country:country,Labels:metadata.labels',
      unknown: 'ignore',
      invalid: 'value',
    },
    customers: [
      { name: 'Ada Lund', email: 'ada@google.example', dob: null },
      { ...ZOE, dob: '1990-04-30', country: 'GB', phone: PHONE },
    ],
    result: { warnings: 1 },
  },
  {
    title: 'documents from mongoexport',
    file: 'mongoexport.ndjson',
    query: {
      columns: '_id.$oid:external_id,birthdate.$date:dob',
      unknown: 'ignore',
    },
    customers: [
      { ...ZOE, external_id: '65f01c2d9b1e8a0012345678', dob: '1990-04-30' },
      { name: 'Ada Lund', external_id: '65f01c2d9b1e8a0012345679', dob: null },
    ],
  },
  {
    title: 'HubSpot contacts from its API',
    file: 'hubspot.json',
    query: {
      columns:
        'id:external_id,properties.email:email,properties.firstname+properties.lastname:name,' +
        'properties.country:country',
      unknown: 'ignore',
    },
    customers: [{ ...ZOE, external_id: '901', email: 'zoe@hubspot.example', country: 'GB' }],
  },
  {
    title: 'a Mailchimp audience',
    file: 'mailchimp.csv',
    query: {
      columns: 'EUID:external_id,CC:country,TAGS:metadata.tags',
      unknown: 'ignore',
      invalid: 'value',
    },
    customers: [
      {
        ...ZOE,
        external_id: 'ab12cd34ef',
        dob: null,
        country: 'GB',
        phone: PHONE,
        metadata: { tags: '"Customer","VIP"' },
      },
    ],
    result: { warnings: 1 },
  },
  {
    title: 'Outlook contacts',
    file: 'outlook.csv',
    query: {
      columns: 'Home Country/Region:country,Mobile Phone:phone',
      unknown: 'ignore',
      date_format: 'mdy',
    },
    customers: [
      { name: 'Ada Lund', email: 'ada@outlook.example', dob: null },
      { ...ZOE, email: 'zoe@outlook.example', dob: '1990-04-30', country: 'GB', phone: PHONE },
    ],
  },
  {
    title: 'Salesforce contacts',
    file: 'salesforce.csv',
    query: { columns: 'Id:external_id,MailingCountry:country', unknown: 'ignore' },
    customers: [{ ...ZOE, external_id: '003Ab00000ZoeMoIAB', dob: '1990-04-30', country: 'GB' }],
  },
  {
    title: 'a GraphQL response, with paths',
    file: 'nested.json',
    query: {
      columns:
        'node.id:external_id,node.profile.name.first+node.profile.name.last:name,' +
        'node.profile.locale:language,node.contacts[0].value:phone,node.contacts[1].value:email,' +
        'node.addresses[0].country.code:country',
      unknown: 'ignore',
    },
    customers: [
      {
        ...ZOE,
        external_id: 'gid://shop/Customer/7985',
        email: 'zoe@nested.example',
        country: 'GB',
        language: 'de',
        phone: PHONE,
      },
    ],
  },
  {
    title: 'several JSON objects in one line',
    file: 'objects-in-a-row.ndjson',
    customers: [
      { ...ZOE, external_id: 's-1' },
      { name: 'Ada Lund', external_id: 's-2' },
      { name: 'Ida Ray', external_id: 's-3' },
    ],
  },
  {
    title: 'a table exported by phpMyAdmin',
    file: 'phpmyadmin.json',
    query: { columns: 'id:external_id' },
    customers: [
      { ...ZOE, external_id: '17', email: 'zoe@phpmyadmin.example', dob: '1990-04-30' },
      { name: 'Ada Lund', external_id: '18', dob: null },
    ],
  },
  {
    title: 'the output of psql',
    file: 'psql.csv',
    customers: [
      { ...ZOE, external_id: 'p-1', email: 'zoe@psql.example' },
      { name: 'Ada Lund', external_id: 'p-2' },
    ],
    result: { processed: 2, warnings: 2 },
  },
  {
    title: 'a report with a repeated header, a total and CR CR LF',
    file: 'report.csv',
    query: { unknown: 'ignore' },
    customers: [
      { name: 'Mora, Zoe', external_id: 'r-1' },
      { name: 'Ada Lund', external_id: 'r-2' },
    ],
    result: { processed: 2, warnings: 2 },
    errors: [
      { line: 3, severity: 'warning', code: 'malformed_record', detail: /repeats the header/ },
      { line: 5, severity: 'warning', code: 'malformed_record', detail: /line of totals/ },
    ],
  },
  {
    title: 'a Salesforce report with remarks at its end',
    file: 'salesforce-report.csv',
    query: { columns: 'Contact ID:external_id,Mailing Country:country' },
    customers: [{ ...ZOE, external_id: '003Ab00000ZoeMo', country: 'DE' }],
    result: { processed: 1, warnings: 3 },
  },
  {
    title: 'an SQL Server result with NULL',
    file: 'ssms.csv',
    customers: [
      { ...ZOE, external_id: 'm-1', email: null, dob: '1990-04-30', country: null },
      { name: null, external_id: 'm-2', dob: null, country: 'GB' },
    ],
    result: { warnings: 1 },
    errors: [{ line: 3, severity: 'warning', code: 'blank', field: 'name' }],
  },
  {
    title: 'an R data frame with NA, also for Namibia',
    file: 'r.csv',
    customers: [
      { ...ZOE, external_id: 'r-1', email: null, dob: '1990-04-30', country: null },
      { name: 'Ada Lund', external_id: 'r-2', dob: null, country: 'NA' },
    ],
    result: { warnings: 0 },
  },
  {
    title: 'documents from mongoexport with the type of each value',
    file: 'mongoexport-canonical.ndjson',
    query: { columns: '_id:external_id', unknown: 'metadata' },
    customers: [
      {
        ...ZOE,
        external_id: '65f01c2d9b1e8a0012345678',
        dob: '1960-04-24',
        phone: '442079460958',
        metadata: { seats: '3' },
      },
      { name: 'Ada Lund', external_id: '65f01c2d9b1e8a0012345679', dob: '1990-04-30' },
    ],
  },
  {
    title: 'Odoo contacts from its API',
    file: 'odoo.json',
    query: {
      columns: 'id:external_id,lang:language,country_id[1]:country',
      unknown: 'ignore',
    },
    customers: [
      { ...ZOE, external_id: '17', email: null, language: 'en', country: 'GB', phone: PHONE },
      { name: 'Ada Lund', external_id: '18', language: null, country: null, phone: null },
    ],
  },
  { title: 'an array under an unknown name', file: 'other-envelope.json', customers: [ZOE] },
  {
    title: 'other forms of country and language codes, and a metadata column',
    file: 'codes.csv',
    query: { invalid: 'value' },
    customers: [
      { name: 'Ada Lund', language: 'en', metadata: null },
      { ...ZOE, country: 'GB', language: 'de', metadata: { plan: 'gold' } },
    ],
  },
];
