-- Which share of a budget has been told of, in which of its periods: one row, and one gateway that tells.
create table budget_alert (
  budget varchar(256) not null,
  starts_at timestamp with time zone not null,
  share integer not null,
  node varchar(128) not null,
  claimed_at timestamp with time zone not null,
  told_at timestamp with time zone,
  primary key (budget, starts_at, share)
);

create index spending_lease_of on spending_lease (node, closed_at);
create index budget_period_of on budget_period (starts_at);
