// Sums a run up in the words that tests/run adds together, and fails a run that left something out.
export default class Summary {
  #counts = { passed: 0, failed: 0, skipped: 0 };

  onTestEnd(test, result) {
    // Nothing is tried twice, so each test ends once.
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
