-- One row: every change of an account locks it, so that changes, and their audit, have one order.
create table accounts_revision (
  one integer primary key check (one = 1),
  revision bigint not null
);
insert into accounts_revision (one, revision) values (1, 0);

create table tenant (
  id varchar(64) primary key,
  settings text not null,
  created_at timestamp with time zone not null
);

create table project (
  tenant varchar(64) not null references tenant (id),
  id varchar(64) not null,
  settings text not null,
  created_at timestamp with time zone not null,
  primary key (tenant, id)
);

create table api_key (
  id varchar(64) primary key,
  tenant varchar(64) not null,
  project varchar(64) not null,
  settings text not null,
  created_at timestamp with time zone not null,
  revoked_at timestamp with time zone,
  foreign key (tenant, project) references project (tenant, id)
);

-- A key that is rotated has two for a while.
create table api_key_hash (
  hash varchar(80) primary key,
  api_key varchar(64) not null references api_key (id),
  created_at timestamp with time zone not null,
  ends_at timestamp with time zone
);
create index api_key_hash_of on api_key_hash (api_key);

create table audit (
  seq bigint primary key,
  at_ms bigint not null,
  actor varchar(128) not null,
  action varchar(64) not null,
  subject varchar(256) not null,
  detail text not null,
  hash varchar(64) not null
);
