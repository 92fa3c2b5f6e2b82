-- One row a request, appended once and never changed. Dollars are in billionths; null is not known.
create table ledger (
  id varchar(64) primary key,
  at timestamp with time zone not null,
  node varchar(128) not null,
  request_id varchar(128) not null,
  tenant varchar(64) not null,
  project varchar(64) not null,
  api_key varchar(64) not null,
  operation varchar(64) not null,
  model_asked varchar(256) not null,
  model_served varchar(256) not null,
  worker varchar(128) not null,
  site varchar(128) not null,
  policy varchar(64) not null,
  cache varchar(64) not null,
  outcome varchar(64) not null,
  attempts integer not null,
  prompt_tokens bigint not null,
  cached_tokens bigint not null,
  completion_tokens bigint not null,
  reasoning_tokens bigint not null,
  estimated boolean not null,
  nano_usd bigint,
  saved_nano_usd bigint not null,
  first_token_micros bigint,
  total_micros bigint not null
);
create index ledger_at on ledger (at);
create index ledger_by_tenant on ledger (tenant, project, api_key, at);
