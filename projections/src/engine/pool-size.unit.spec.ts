import type { EventLog } from '@ampora/application/ports';
import { silentLogger } from '@ampora/platform';
import { expect } from 'chai';
import pg from 'pg';
import { readModels } from '../read-models.ts';
import { connectionsToBuild, PoolTooSmall, requireConnections } from './pool-size.ts';
import { createProjector } from './projector.ts';

describe('the pool of a projector', () => {
  const createWith = (max?: number) =>
    createProjector({
      pool: new pg.Pool(max === undefined ? {} : { max }),
      connectionString: '',
      eventLog: {} as EventLog,
      projections: readModels,
      logger: silentLogger,
    });

  it('is refused when its projections, once they are built together, would wait for themselves', () => {
    const needed = connectionsToBuild(readModels.length);
    expect(() => createWith(needed - 1))
      .to.throw(PoolTooSmall)
      .with.property('message')
      .that.contains(`need a pool of ${needed} connections`);
    expect(() => createWith(needed)).not.to.throw();
  });

  it('has ten connections when nobody says how many', () => {
    expect(() => requireConnections(new pg.Pool(), 8)).not.to.throw();
    expect(() => requireConnections(new pg.Pool(), 9)).to.throw(PoolTooSmall);
  });
});
