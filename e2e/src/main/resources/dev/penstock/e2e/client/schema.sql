-- What the demo's client works on: transfers move money between accounts, so the sum of all
-- balances never changes, and there is one record for each transaction that was done.
CREATE TABLE accounts (
  id      integer PRIMARY KEY,
  balance bigint  NOT NULL
) WITH (fillfactor = 50);

CREATE TABLE transfers (
  id     bigint  GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  giver  integer NOT NULL REFERENCES accounts,
  taker  integer NOT NULL REFERENCES accounts,
  amount integer NOT NULL
);

INSERT INTO accounts SELECT id, 1000 FROM generate_series(1, 1000) AS id;
