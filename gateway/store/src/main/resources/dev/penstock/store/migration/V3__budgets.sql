-- What has been spent of a budget in one of its periods: what is settled, and what leases that are not closed still hold.
create table budget_period (
  budget varchar(256) not null,
  starts_at timestamp with time zone not null,
  settled bigint not null,
  primary key (budget, starts_at)
);

create table spending_lease (
  id varchar(64) primary key,
  budget varchar(256) not null,
  starts_at timestamp with time zone not null,
  node varchar(128) not null,
  granted bigint not null,
  settled bigint not null,
  granted_at timestamp with time zone not null,
  closed_at timestamp with time zone,
  foreign key (budget, starts_at) references budget_period (budget, starts_at)
);
create index spending_lease_open on spending_lease (budget, starts_at, closed_at);
