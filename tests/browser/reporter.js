// Prints the totals of a run in the format that tests/run adds up, and fails a run that skipped tests.
export default class Summary {
  #counts = { passed: 0, failed: 0, skipped: 0 };

  onTestEnd(test, result) {
    // There are no retries, so each test ends once.
    const kind = { passed: 'passed', skipped: 'skipped' }[result.status] ?? 'failed';
    this.#counts[kind] += 1;
  }

  onEnd(result) {
    const { passed, failed, skipped } = this.#counts;
    console.log(`browser result: ${passed} passed; ${failed} failed; ${skipped} skipped`);
    if (process.env.CI === 'true' && skipped > 0 && result.status === 'passed') return { status: 'failed' };
    return undefined;
  }
}
