import type { Terms } from './index.ts'
import { methodTerms } from './optimizers.ts'

export const en: Terms = {
  metrics: {
    first: { name: 'From', definition: 'First trading day of the row' },
    last: { name: 'To', definition: 'Last trading day of the row' },
    year: { name: 'Year', definition: 'Calendar year; the first and last may be partial' },
    days: { name: 'Days', definition: 'Trading days T of the row' },
    months: { name: 'Months', definition: 'Calendar months of the row, partial ones included' },
    totalReturn: { name: 'Total return', definition: 'Return over the row, net of cost' },
    benchmarkTotalReturn: {
      name: 'Benchmark total return',
      definition: 'Return of the benchmark over the row',
    },
    excessTotal: { name: 'Total excess', definition: 'Daily excess compounded over the row' },
    annualisedReturn: { name: 'Ann. return', definition: 'Geometric return a year, net of cost' },
    benchmarkAnnualisedReturn: {
      name: 'Benchmark ann. return',
      definition: 'Geometric return of the benchmark a year',
    },
    volatility: { name: 'Volatility', definition: 'Annualised standard deviation of the daily return' },
    benchmarkVolatility: {
      name: 'Benchmark volatility',
      definition: 'Annualised standard deviation of the daily benchmark return',
    },
    sharpe: { name: 'Sharpe', definition: 'Annualised return ÷ volatility, risk-free rate 0' },
    annualisedExcess: {
      name: 'Ann. excess',
      definition: 'Excess a year by the rule of the study',
    },
    trackingError: {
      name: 'Tracking error',
      definition: 'Annualised standard deviation of the daily excess',
    },
    informationRatio: { name: 'Information ratio', definition: 'Annualised excess ÷ tracking error' },
    excessCalmar: { name: 'Excess Calmar', definition: 'Annualised excess ÷ excess max drawdown' },
    drawdown: {
      name: 'Max drawdown',
      definition: 'Largest fall of the NAV from its running maximum, the base of 1 included',
    },
    benchmarkDrawdown: { name: 'Benchmark max drawdown', definition: 'Max drawdown of the benchmark NAV' },
    excessDrawdown: {
      name: 'Excess max drawdown',
      definition: 'Max drawdown of the compounded daily excess',
    },
    monthlyWinRate: {
      name: 'Monthly win rate',
      definition: 'Share of calendar months with a positive compounded excess, partial ones included',
    },
    turnoverPerRebalance: {
      name: 'Turnover per rebalance',
      definition: 'Mean two-sided turnover of a rebalance, the first build left out',
    },
    turnoverPerYear: {
      name: 'Turnover a year',
      definition: 'Two-sided turnover a year, the first build left out',
    },
    beta: { name: 'Beta', definition: 'Slope of the daily return on that of the benchmark' },
    downsideDeviation: {
      name: 'Downside deviation',
      definition: 'Annualised root mean square of the daily losses, target 0; a day that gains counts as 0',
    },
    sortino: {
      name: 'Sortino',
      definition: 'Annualised return ÷ downside deviation; — without a day that lost',
    },
    calmar: { name: 'Calmar', definition: 'Annualised return ÷ max drawdown' },
    ulcerIndex: {
      name: 'Ulcer index',
      definition:
        'Root mean square of the daily drawdowns: how deep and for how long the NAV lay below its maximum',
    },
    valueAtRisk95: {
      name: 'VaR 95%, 1 day',
      definition: 'Historical: loss that the worst 5% of the days reach; — under 20 days',
    },
    expectedShortfall95: {
      name: 'CVaR 95%, 1 day',
      definition: 'Expected shortfall: mean loss of the worst 5% of the days; — under 20 days',
    },
    valueAtRisk99: {
      name: 'VaR 99%, 1 day',
      definition: 'Historical: loss that the worst 1% of the days reach; — under 100 days',
    },
    expectedShortfall99: {
      name: 'CVaR 99%, 1 day',
      definition: 'Expected shortfall: mean loss of the worst 1% of the days; — under 100 days',
    },
    tailRatio: {
      name: 'Tail ratio',
      definition: 'Gain that the best 5% of the days reach ÷ VaR 95%; above 1 the right tail is the fatter',
    },
    dailyWinRate: { name: 'Daily win rate', definition: 'Share of days with a positive excess' },
    yearlyWinRate: {
      name: 'Yearly win rate',
      definition: 'Share of calendar years with a positive compounded excess, partial ones included',
    },
    bestDay: { name: 'Best day', definition: 'Highest return of a day' },
    worstDay: { name: 'Worst day', definition: 'Lowest return of a day' },
    bestMonth: {
      name: 'Best month',
      definition: 'Highest return of a calendar month, partial ones included',
    },
    worstMonth: {
      name: 'Worst month',
      definition: 'Lowest return of a calendar month, partial ones included',
    },
    bestYear: { name: 'Best year', definition: 'Highest return of a calendar year, partial ones included' },
    worstYear: { name: 'Worst year', definition: 'Lowest return of a calendar year, partial ones included' },
    testDates: { name: 'Test dates', definition: 'Last trading day of each week' },
    rankIc: {
      name: 'Mean RankIC',
      definition: 'Mean over test dates of the rank correlation (Spearman) of factor and next return',
    },
    ic: {
      name: 'Mean IC',
      definition: 'Mean over test dates of the correlation (Pearson) of factor and next return',
    },
    rankIcir: { name: 'RankICIR', definition: 'Mean RankIC ÷ standard deviation, not annualised' },
    icir: { name: 'ICIR', definition: 'Mean IC ÷ standard deviation, not annualised' },
    n: { name: 'Dates', definition: 'Test dates with a RankIC' },
    mean: { name: 'Mean', definition: 'Arithmetic mean over dates' },
    std: { name: 'Std', definition: 'Standard deviation over dates, n − 1 degrees of freedom' },
    ir: { name: 'IR', definition: 'Mean ÷ standard deviation, not annualised' },
    sharePositive: { name: 'RankIC > 0', definition: 'Share of test dates with a positive RankIC' },
    t: { name: 't', definition: 'Mean ÷ (standard deviation ÷ sqrt(n))' },
    neweyWestT: {
      name: 'NW t',
      definition:
        't-statistic corrected for autocorrelation by Newey-West, up to as many test dates as returns overlap, at least 4',
    },
    neweyWestLag: {
      name: 'NW lag',
      definition:
        'Lag of the Newey-West correction: the most later test dates that the return of one reaches past, at least 4 and at most n − 1',
    },
    pairs: { name: 'Stocks', definition: 'Stocks with both a factor and a next return on a test date' },
    skippedDates: {
      name: 'Skipped dates',
      definition: 'Test dates without a RankIC: returns beyond the data, under 10 stocks or no variance',
    },
    dropped: {
      name: 'Dropped',
      definition: 'Stock-dates that left the test: no factor, not buyable or no price',
    },
    withoutReturn: {
      name: 'No period return',
      definition: 'Stock-dates in the test that lack a price at the end of the period of the return',
    },
    withReturn: { name: 'With period return', definition: 'Stock-dates with factor and period return' },
    rebalances: {
      name: 'Rebalances',
      definition:
        'Test dates with stocks enough for the layers, the first build counted; the layers are held over all others',
    },
    lastValue: {
      name: 'Last value',
      definition:
        'Last test date with a factor value in the universe; the layers are held as they are from then on',
    },
    universeStockDates: { name: 'Stock-dates', definition: 'Stocks of the universe, summed over test dates' },
    layer: { name: 'Layer', definition: 'Equal groups by factor, highest first; TOP = highest' },
    topExcess: {
      name: 'TOP ann. excess',
      definition: 'Annualised excess of the TOP layer over the equal-weighted universe, before cost',
    },
    maxDrawdown: { name: 'Max drawdown', definition: 'Largest fall of the NAV from its running maximum' },
    excessMaxDrawdown: { name: 'Excess max drawdown', definition: 'Max drawdown of the excess NAV' },
    topMinusBottom: {
      name: 'Top minus bottom',
      definition: 'Annualised daily return of TOP less the lowest layer, before cost',
    },
    monotonicity: {
      name: 'Monotonicity',
      definition: 'Rank correlation of layer order and annualised return; 1 is strictly monotone',
    },
    industry: { name: 'Industry', definition: 'First-level industry of the classification' },
    meanStocks: {
      name: 'Stocks',
      definition: 'Mean number of the industry’s stocks in the test on a test date',
    },
    industryTopExcess: {
      name: 'TOP excess in the industry',
      definition: 'Mean period return of the industry’s stocks in the TOP layer less that of all its stocks',
    },
    droppedShare: {
      name: 'Share dropped',
      definition: 'Stock-dates that left the test ÷ all of them; a warning stands above 35%',
    },
    oneDayRankIc: {
      name: 'One-day RankIC',
      definition: 'Mean RankIC with the return of the k-th trading day after the fill alone',
    },
    cumulativeRankIc: {
      name: 'Cumulative RankIC',
      definition: 'Mean RankIC with the return from the fill over k trading days',
    },
    rankAutocorrelation: {
      name: 'Rank autocorrelation',
      definition:
        'Mean rank correlation of the factor with itself k test dates before; the higher, the lower the turnover',
    },
    styleCorrelation: {
      name: 'Style correlation',
      definition: 'Mean over test dates of the rank correlation of factor and style exposure',
    },
    factorCorrelation: {
      name: 'Factor correlation',
      definition: 'Mean over test dates of the rank correlation of two factors on their common stocks',
    },
    model: { name: 'Model', definition: 'Optimizer whose composite factor selects the stocks' },
    index: { name: 'Index', definition: 'Benchmark index that is enhanced' },
    benchmarkWeights: {
      name: 'Benchmark weights',
      definition: 'Published weights, float-cap weights or equal weights',
    },
    decisions: {
      name: 'Rebalances',
      definition: 'Decided on the last trading day of a week, filled the next day at its vwap',
    },
    relaxed: {
      name: 'Relaxed',
      definition:
        'Rebalances whose limits had no solution and were relaxed by the least amount; participation is left to the fills',
    },
    kept: {
      name: 'Kept',
      definition:
        'Rebalances where no stock has an alpha, or what single stocks may weigh does not sum to 100%: nothing is decided and the holdings are kept',
    },
    refused: {
      name: 'Refused orders',
      definition:
        'Orders of which nothing is filled: suspended, one-word limit, no price, no volume to take part in, or less than one lot',
    },
    totalCost: { name: 'Total cost', definition: 'Sum of the trading cost of all fills' },
    memberWeight: {
      name: 'Target member weight',
      definition: 'Weight of the benchmark’s members in the optimiser’s target, before fills',
    },
    sizeActive: {
      name: 'Target active size',
      definition:
        'Exposure to size of the optimiser’s target less the benchmark, before fills, in standard deviations over the market',
    },
    targetTurnover: {
      name: 'Target turnover',
      definition: 'Two-sided turnover of the target against drifted holdings',
    },
    depth: { name: 'Depth', definition: 'Largest 1 − NAV ÷ the maximum before' },
    drawdownStart: { name: 'Start', definition: 'Last day at the running maximum' },
    bottom: { name: 'Bottom', definition: 'First day at the deepest point' },
    recovery: { name: 'Recovery', definition: 'First day back at the maximum before' },
    fallDays: { name: 'Days down', definition: 'Trading days from start to bottom' },
    riseDays: {
      name: 'Days back',
      definition: 'Trading days from bottom to recovery; — where there is none',
    },
    drawdownDays: {
      name: 'Days',
      definition: 'Trading days from start to recovery, or to the last day where there is none',
    },
    benchmarkInFall: {
      name: 'Benchmark',
      definition: 'Return of the benchmark from the day after the start to the bottom',
    },
    portfolioInFall: {
      name: 'Portfolio',
      definition: 'Return of the portfolio over the same days, net of cost',
    },
    excessInFall: { name: 'Excess', definition: 'Daily excess returns compounded over the same days' },
    exAnteTrackingError: {
      name: 'Predicted tracking error',
      definition: 'Annualised tracking error the risk model predicts at the decision, mean over rebalances',
    },
    trackingErrorRatio: {
      name: 'Realised ÷ predicted',
      definition: 'Realised tracking error ÷ mean predicted one; 1 is unbiased',
    },
    realisedTurnover: {
      name: 'Realised turnover',
      definition: 'Two-sided value of the fills ÷ value before, the first build left out',
    },
    orderedTurnover: {
      name: 'Ordered turnover',
      definition: 'Two-sided value of the orders at fill prices ÷ value before = realised + cut + refused',
    },
    cutTurnover: {
      name: 'Cut',
      definition:
        'Ordered but not filled within orders that were: clipped to participation, buys scaled to cash, rounded to lots',
    },
    refusedTurnover: {
      name: 'Refused',
      definition: 'Two-sided value of the refused orders ÷ value before',
    },
    softened: { name: 'Softened', definition: 'Rebalances with a soft limit that gave at its price' },
    nonmembers: { name: 'Non-member weight', definition: 'Weight held outside the benchmark’s members' },
    bindingShare: {
      name: 'Binding',
      definition: 'Share of the rebalances that were decided with the limit at its bound',
    },
    shadowPrice: {
      name: 'Shadow price',
      definition:
        'Gain of the objective per unit of the limit, mean over the rebalances where it binds and has a price: none has one where limits could not all hold',
    },
    meanActiveWeight: {
      name: 'Mean active weight',
      definition: 'Weight of the portfolio less the benchmark, mean over days',
    },
    contribution: {
      name: 'Contribution',
      definition: 'Sum over days of active weight at the close before × return of the day, arithmetic',
    },
    commonDays: { name: 'Common days', definition: 'Trading days on which both models have a return' },
    meanDifference: {
      name: 'Mean difference a year',
      definition:
        'Y × mean(x), Y = trading days a year, x = daily excess of the model less that of the first one',
    },
    interval: {
      name: '95% interval',
      definition:
        'Of the mean difference a year: stationary block bootstrap, 2.5% and 97.5% quantiles; the chance of another training is not in it',
    },
    neweyWestT4: { name: 'NW t (lag 4)', definition: 'Newey-West t of mean(x), lag 4' },
    neweyWestT20: { name: 'NW t (lag 20)', definition: 'Newey-West t of mean(x), lag 20' },
    annualisedExcessDifference: {
      name: 'Ann. excess difference',
      definition: 'Difference of the two annualised excesses on the common days',
    },
    commonDates: { name: 'Common dates', definition: 'Test dates on which both models have a RankIC' },
    meanRankIcDifference: {
      name: 'Mean RankIC difference',
      definition: 'Mean over common test dates of the RankIC of the model less that of the first one',
    },
    rankIcDifferenceT: {
      name: 'RankIC difference NW t',
      definition: 'Newey-West t of the RankIC difference, the larger of the two RankIC lags',
    },
    dailySharpe: {
      name: 'Daily Sharpe (excess)',
      definition:
        'Arithmetic mean ÷ standard deviation of the daily excess, not annualised; the Sharpe elsewhere is geometric',
    },
    skewness: { name: 'Skewness', definition: 'Skewness of the daily excess' },
    kurtosis: { name: 'Kurtosis', definition: 'Kurtosis of the daily excess; 3 for a normal distribution' },
    probabilisticSharpe: {
      name: 'Probabilistic Sharpe (PSR)',
      definition:
        'Probability that the true daily Sharpe is above 0, given length, skewness and kurtosis of the sample',
    },
    trials: {
      name: 'Trials',
      definition: 'Portfolios of the same index in this study; trials of other studies are not counted',
    },
    expectedMaximumSharpe: {
      name: 'Expected max daily Sharpe',
      definition: 'Expected largest daily Sharpe of as many trials without skill',
    },
    deflatedSharpe: {
      name: 'Deflated Sharpe (DSR)',
      definition: 'Probability that the true daily Sharpe is above that expected maximum',
    },
    epoch: { name: 'Epoch', definition: 'One pass over all training dates' },
    bestEpoch: {
      name: 'Best epoch',
      definition: 'Epoch with the highest validation IC; its weights are the model',
    },
    trainLoss: {
      name: 'Train loss',
      definition:
        'Mean loss of the steps’ first pass in an epoch (−IC or mean squared error, as the study says): at the weights, or where a method takes no pass there (RWP, ARWP) at the perturbed ones',
    },
    validLoss: { name: 'Valid loss', definition: 'Mean loss over the validation dates' },
    trainIc: { name: 'Train IC', definition: 'Mean IC over the training dates' },
    validIc: { name: 'Valid IC', definition: 'Mean IC over the validation dates' },
    trainIcir: { name: 'Train ICIR', definition: 'Mean ÷ standard deviation of the training IC' },
    validIcir: { name: 'Valid ICIR', definition: 'Mean ÷ standard deviation of the validation IC' },
    icGap: {
      name: 'Train-valid gap',
      definition:
        'Train IC less valid IC at the best epoch; to be read with the valid IC, as a model that learns nothing has none',
    },
    sharpnessGap: {
      name: 'Sharpness gap',
      definition:
        'Mean perturbed loss less clean loss; none where a method does not take both on the same samples',
    },
    gradientNorm: { name: 'Gradient norm', definition: 'Mean Euclidean norm of the gradient in an epoch' },
    evaluations: { name: 'Gradient evaluations', definition: 'Loss-and-gradient evaluations in an epoch' },
    perturbedLoss: { name: 'Perturbed loss', definition: 'Mean loss at the perturbed weights' },
    perturbedGradientNorm: {
      name: 'Perturbed gradient norm',
      definition: 'Mean Euclidean norm of the gradient at the perturbed weights',
    },
    finalGradientNorm: {
      name: 'Final gradient norm',
      definition: 'Mean Euclidean norm of what the base rule is handed, before clipping',
    },
    cosine: { name: 'Gradient cosine', definition: 'Mean cosine of the clean and the perturbed gradient' },
    perturbationNorm: { name: 'Perturbation norm', definition: 'Mean Euclidean norm of the perturbation' },
    learningRate: { name: 'Learning rate', definition: 'Mean learning rate of an epoch' },
    rho: { name: 'rho', definition: 'Mean radius of the perturbation in an epoch' },
    predictions: {
      name: 'Forward passes',
      definition: 'Forward passes of an epoch’s steps without a gradient',
    },
    skippedSteps: {
      name: 'Skipped steps',
      definition: 'Dates of an epoch without a step: the predictions had no variance',
    },
  },
  methods: methodTerms('en'),
  frequencies: { composite: 'Composite', daily: 'Daily', weekly: 'Weekly' },
  excessRules: {
    compound: 'Compounded daily excess',
    difference: 'Difference of annualised returns',
    ratio: 'NAV ratio',
  },
  performanceLetters:
    'p, b, d: daily return of the portfolio, net of cost, of the benchmark, and excess; T: trading days t of the row; std: T − 1 degrees of freedom; N: NAV from 1; M: calendar months m; J: calendar years j; p_(i): the i-th lowest p; u: turnover of rebalance k, 0 the first build; f: filled value of stock i; V: value before',
  styles: {
    size: 'Size',
    beta: 'Beta',
    momentum: 'Momentum',
    residual_volatility: 'Residual volatility',
    liquidity: 'Liquidity',
  },
  unclassified: 'Unclassified',
  limits: {
    industry: 'Industry {name} {side}',
    size: 'Size {side}',
    style: '{name} {side}',
    members: 'Member weight',
    turnover: 'Turnover',
    trackingError: 'Tracking error',
    participation: 'Participation',
    stocks: 'Weights of single stocks',
    sell: 'Stocks to be sold',
    untraded: 'Stocks not traded',
    stockActiveMax: 'Stock bands',
    over: 'upper',
    under: 'lower',
    gave: '{limit} by {value}',
    outOfReach: '{limit}: {value} of the portfolio out of reach',
    loosened: '{limit} at {value}',
    deviations: '{value} sd',
    perYear: '{value} a year',
  },
  dropReasons: { no_factor: 'No factor', not_buyable: 'Not buyable next day', no_price: 'No price' },
  refusalReasons: {
    suspended: 'suspended',
    limit_up: 'one-word limit-up',
    limit_down: 'one-word limit-down',
    no_price: 'no price',
    participation: 'no volume to take part in',
    below_lot: 'below one lot',
  },
  decisionReasons: {
    no_alpha: 'no alpha',
    bands: 'weights of single stocks do not sum to 100%',
    last_day: 'filled on the last day of the data',
  },
  solverFallbacks: {
    specific_floor: 'the optimum with the smallest specific variances raised',
    part_way: 'a portfolio within the tracking-error cap, between the least risk and the optimum',
    least_risk: 'the portfolio of least tracking error',
    without_risk: 'the optimum without risk',
  },
  benchmarkWeights: { published: 'published', float_cap: 'float cap', equal: 'equal' },
  indices: {
    '000016.SH': 'SSE 50',
    '000300.SH': 'CSI 300',
    '000905.SH': 'CSI 500',
    '000906.SH': 'CSI 800',
    '000852.SH': 'CSI 1000',
    '932000.CSI': 'CSI 2000',
    '399006.SZ': 'ChiNext',
  },
  engines: {
    native: { name: 'Native', definition: 'C with the processor’s vector instructions, float32' },
    wasm: { name: 'WebAssembly', definition: 'The same C as WebAssembly, float32' },
    webgpu: { name: 'WebGPU', definition: 'Compute shaders on a GPU of any make, float32' },
    tensorflow: { name: 'TensorFlow', definition: 'TensorFlow on an NVIDIA GPU or the processor, float32' },
    reference: { name: 'Reference', definition: 'TypeScript, float64: what the others are tested against' },
  },
  instructionSets: {
    avx512: 'AVX-512',
    avx2: 'AVX2',
    neon: 'NEON',
    portable: 'portable',
    relaxed: 'relaxed SIMD',
    simd128: 'SIMD128',
  },
  engineReasons: {
    fastest: 'chosen: the fastest, {gflops} GFLOP/s',
    only_one: 'chosen: no other engine to compare it with',
    last_resort: 'chosen: nothing faster is available',
    slower: 'not chosen: slower than {chosen}',
    software:
      'not chosen: emulated in software, slower than the engines for the processor; used when asked for',
    oracle: 'not chosen: slow and exact; used when nothing else is there',
    inaccurate: 'not offered: its gradient error {error} is above {limit}',
    failed: 'not offered: its self-test failed: {detail}',
    no_answer: 'not offered: no answer within {seconds} s',
    not_built: 'missing: not built for this platform; in a checkout: npm run setup',
    not_loadable: 'missing: it does not load: {detail}',
    not_installed: 'missing: not installed ({packages})',
    incomplete: 'missing: {package} is installed without its native library',
    no_simd: 'missing: no SIMD or no threads in WebAssembly here',
    no_adapter: 'missing: no graphics driver offers WebGPU here',
    no_acceleration: 'missing: the app runs without hardware acceleration',
    page_silent: 'missing: the app’s GPU page said nothing for {seconds} s',
    page_unreachable: 'missing: the app’s GPU page cannot be reached',
    unavailable: 'missing: {detail}',
  },
  chapters: {
    statistics: 'Key statistics',
    training: 'Training',
    convergence: 'Convergence',
    landscape: 'Loss landscape',
    factor: 'Single-factor test',
    portfolios: 'Index-enhanced portfolios',
    method: 'Method and settings',
    definitions: 'Definitions',
    appendix: 'Data and reproduction',
  },
  dataNames: {
    date: 'Date',
    x: 'Horizontal axis',
    value: 'Value',
    open: 'open',
    closePrice: 'close',
    low: 'low',
    high: 'high',
  },
  charts: {
    portfolio: 'Portfolio',
    benchmark: 'Benchmark',
    excess: 'Excess',
    nav: 'NAV',
    excessNav: 'Excess NAV',
    drawdown: 'Drawdown',
    excessDrawdown: 'Excess drawdown',
    marketFalls: 'Falls of the benchmark',
    annualisedReturn: 'Ann. return',
    universe: 'Universe, equal weight',
    top: 'TOP',
    layer: 'Layer {layer}',
    rankIc: 'RankIC',
    cumulative: 'Cumulative RankIC (right)',
    rankIcTrailing: 'Mean of the last {dates} dates',
    testDateCount: 'Test dates',
    normalCount: 'Normal with the same mean and deviation',
    normalQuantile: 'Standard normal quantile',
    rankIcQuantile: 'RankIC quantile',
    normalLine: 'Normal',
    epoch: 'Epoch',
    train: 'train',
    valid: 'valid',
    bestEpoch: 'Best',
    meanLessSpread: '{name}: mean − standard deviation',
    meanPlusSpread: '{name}: mean + standard deviation',
    month: '{month}',
    yearTotal: 'Year',
    direction: 'Direction {number} ({share})',
    randomDirection: 'Random direction {number} (filter norms)',
    eigenvector: 'Eigenvector {number} (λ = {value})',
    trueLoss: 'true loss',
    onPlaneLoss: 'loss on the plane',
    offPlane: 'distance from the plane',
    along: 'Along direction {number}',
    position: 'Position between the two runs',
    industryMost: 'Industry furthest above',
    industryLeast: 'Industry furthest below',
  },
  notes: {
    synthetic_data:
      'The data are generated by a program: the results show the procedure and say nothing about any real market.',
    period_clipped: 'The study asks for data from or to {asked}; the stored data begin or end on {used}.',
    refit_left_out:
      'The refit on data up to {date} is left out: no test date lies in the days it would predict.',
    vwap_typical:
      '{share} of the traded bars have no vwap, or one outside the day’s range; (high + low + close) ÷ 3 stands in.',
    st_unknown:
      'Records without ST status: {count}; all treated as not ST, in the universe as in their price limits.',
    factors_begin_late:
      'Stocks whose adjustment factors begin after their bars: {count}; the factor before is derived from the first one, and earlier dividends and splits are not adjusted.',
    prices_unadjusted:
      'Stocks whose adjustment factor never changes although the official preclose shows ex-days: {count}; their returns and features contain the price falls of dividends and splits.',
    ex_days_unknown:
      'Stocks with neither adjustment factors nor an official preclose for every day: {count}; their prices are taken as they are, and unless these are adjusted, returns and features contain the price falls of dividends and splits.',
    ex_days_unadjusted:
      'Stocks whose adjustment factor changes, but not on every ex-day that the official preclose shows: {count}, ex-days without a change: {exDays}; the returns and features over these contain the price falls of dividends and splits.',
    precloses_after_gaps:
      'Stocks whose official preclose after exchange days without a bar is not their last close, while the adjustment factor stays: {count}, such days: {exDays}; the price moved on days that are missing or, where they were suspended, a dividend or a split is not adjusted.',
    calendar_derived: 'No exchange calendar was imported; trading days are the days that have enough bars.',
    bars_outside_calendar: 'Stored bars that lie on no exchange day and were left out: {count}.',
    benchmark_weights_published:
      '{index}: published constituent weights, drifting with returns between publications.',
    benchmark_weights_old:
      '{index}: the published weights that a test date goes by are up to {days} calendar days old; of changes of the constituents since they know those who left, where memberships are stored, and no weight of those who joined.',
    benchmark_weights_float_cap:
      '{index}: no constituent weights published by the first test date; float-cap weights stand in on all dates.',
    benchmark_weights_equal:
      '{index}: by the first test date neither constituent weights are published nor the float capitalisations of half of the constituents known; equal weights stand in on all dates.',
    benchmark_proxy_gap:
      '{index}: yearly return of the stand-in weights less that of the published index: {gapPerYear}; that much of the excess is the difference between stand-in and index, not selection.',
    // Of results of earlier versions.
    industry_snapshot:
      'Industries are the classification of {asOf}, used for every date: it contains hindsight.',
    industry_later:
      'Stock-days of the test dates (universe and benchmarks) before the first industry classification of the stock: {count} ({share}); the later classification of {dates} stands in, which is hindsight.',
    industry_undated:
      'Stock-days of the test dates (universe and benchmarks) by an industry classification without a date: {count} ({share}); it may be hindsight.',
    industry_unknown:
      'Stock-days of the test dates (universe and benchmarks) of stocks without any industry classification: {count} ({share}); these form one group, which limits, exposures and risk take for an industry.',
    industry_missing: 'No industry classification: the industry limit is not in force.',
    size_missing:
      'More than half of the market’s stocks have no float capitalisation on any test date: size is not measured and the size limit is not in force. The market is every stock of the store that the study’s rules admit, not the index members alone.',
    caps_carried:
      'Stock-days of the test dates (universe and benchmarks) without a float capitalisation of their own: {count} ({share}); the last one given is carried with the adjusted price, without the dividends and new shares since. The oldest in use is of {asOf}.',
    liquidity_traded_value:
      'Liquidity: test dates on which no float capitalisation has been known for half a month, so that the style is traded value in place of turnover, and holds size as well: {dates} of {of}.',
    style_limit_off:
      '{style}: test dates on which fewer than half of the market’s stocks have a value, so that its limit was not in force: {dates} of {of}.',
    style_values_missing:
      '{style}: stock-dates of the universe and the indices without a value: {count} ({share}); their exposure counts as 0, the mean of the market.',
    risk_days_short:
      'Test dates whose factor covariance has fewer than the {window} days of factor returns that the settings ask for: {dates}; the fewest: {days}.',
    risk_style_absent:
      '{style} is not a factor of the risk model, as too few stocks have a value or its history is too short; test dates this holds for: {dates}.',
    risk_caps_missing:
      'Risk model: stock-dates without a float capitalisation: {share}; they weigh as much as the median of the others, and all alike where none has one.',
    risk_specific_from_bucket:
      'Risk model: stock-dates with too short a history for a specific risk of their own: {share}; theirs is the mean of stocks of like size.',
    price_index_dividends:
      '{index} is a price index without dividends, while holdings earn them through the adjustment factor: going by the ex-days of its stocks, the excess is overstated by about {biasPerYear} a year.',
    members_without_prices: '{index}: {share} of the members have no prices and cannot be bought.',
    index_close_missing:
      '{index}: no published index close; benchmark returns are composed from constituent weights and stock returns.',
    index_close_late:
      '{index}: its published closes begin on {date}, after the first test day, and are not used; benchmark returns are composed from constituent weights and stock returns.',
    index_close_gaps:
      '{index}: days without a published close, whose return is 0 and falls on the next day that has one: {count}; no comparison with a portfolio begins on the day after one.',
    benchmark_weight_missing:
      '{index}: share of the benchmark left out for want of bars, weight or capitalisation: {share} on average over the test days, {largestShare} at most; the rest is scaled up to 1.',
    optimiser_relaxed:
      '{index} / {model}: rebalances whose limits had no solution and were relaxed by the least amount: {dates}; the ledger names them.',
    optimiser_kept:
      '{index} / {model}: rebalances without an alpha or without any weights inside the stock bands, where the holdings were kept: {dates}.',
    optimiser_kept_no_alpha:
      '{index} / {model}: rebalances where no stock has an alpha, so that the holdings were kept: {dates}.',
    optimiser_kept_bands:
      '{index} / {model}: rebalances where what single stocks may weigh does not sum to 100%, so that the holdings were kept: {dates}.',
    participation_left:
      '{index} / {model}: rebalances that the limit of participation keeps from one trade: {dates}; they are decided without it and filled within it, at most {largestShare} of the portfolio being out of reach.',
    portfolio_not_built:
      '{index} / {model}: the portfolio was never built and has neither returns nor performance. Decisions: {dates}; why: {reason}.',
    no_price_limits:
      'Some instruments belong to no board with a price-limit rule; they are treated as having no limit.',
    test_dates_skipped:
      '{model}: test dates without a RankIC, because their returns lie beyond the data or stocks or variance are too few: {count}.',
    factor_dropped:
      '{model}: {share} of the universe’s stock-dates left the factor test, without a factor, not to be bought or without a price; its figures speak of the rest.',
    neutralised_without_industry:
      'Stock-dates of the composites without a known industry: {count}; the neutralisation takes these stocks for one industry.',
    neutralised_without_size:
      'Stock-dates of the composites without a float capitalisation: {count}; the neutralisation takes them for the mean size of their industry.',
    engine_choice_died:
      'The process that looked for the engines of this machine died, as by a fault of a graphics driver; only engines without a driver were used: {engine}.',
    engine_lost:
      'The {lost} engine was lost during training; {by} went on. Runs this happened to: {count}; the first: {run} in epoch {epoch}.',
    landscape_engine_lost:
      'The {lost} engine was lost while landscapes were drawn; {by} went on. Landscapes this happened to: {count}; the first: {run}.',
    dates_skipped_training:
      'Training dates with too few stocks or no variance in the label, left out: {count}.',
    holdings_untraded:
      '{index} / {model}: holdings at the end that have not traded for {days} days or more, suspended or delisted: {count}, {share} of the portfolio; they could not be sold and count at their last close.',
    solver_fallback:
      '{index} / {model}: rebalances where the solver did not converge on the optimum with risk, so that {reason} stands in: {dates}.',
    cash_unfilled:
      '{index} / {model}: rebalances after which more than 1% of the portfolio stayed in cash, as orders were refused, cut or rounded to lots: {dates}.',
  },
}
