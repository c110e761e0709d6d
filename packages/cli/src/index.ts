export { buildProgram } from './build-program.ts';
export { exitCodes } from './exit-codes.ts';
