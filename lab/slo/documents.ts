/** OpenSLO v1 as types. What a document may hold is schemas/slo/openslo-v1.schema.json; these follow it. */

export interface Metadata {
  readonly name: string;
  readonly displayName?: string;
  readonly labels?: Readonly<Record<string, string | readonly string[]>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** Where a document was read: its file and the line on which it begins. */
export interface Source {
  readonly file: string;
  readonly line: number;
}

interface DocumentOf<Kind extends string, Spec> {
  readonly apiVersion: "openslo/v1";
  readonly kind: Kind;
  readonly metadata: Metadata;
  readonly spec: Spec;
  readonly source: Source;
}

export type Slo = DocumentOf<"SLO", SloSpec>;
export type Sli = DocumentOf<"SLI", SliSpec>;
export type DataSource = DocumentOf<"DataSource", DataSourceSpec>;

/** One object of a file of OpenSLO v1. */
export type SloDocument =
  | Slo
  | Sli
  | DataSource
  | DocumentOf<"Service", { readonly description?: string } | undefined>
  | DocumentOf<"AlertPolicy", AlertPolicySpec>
  | DocumentOf<"AlertCondition", AlertConditionSpec>
  | DocumentOf<"AlertNotificationTarget", AlertNotificationTargetSpec>;

export type BudgetingMethod = "Occurrences" | "Timeslices" | "RatioTimeslices";
export type Operator = "lte" | "gte" | "lt" | "gt";

export interface SloSpec extends IndicatorOrRef {
  readonly description?: string;
  readonly service: string;
  readonly timeWindow?: readonly [TimeWindow];
  readonly budgetingMethod: BudgetingMethod;
  readonly objectives: readonly Objective[];
  readonly alertPolicies?: readonly (
    | { readonly alertPolicyRef: string }
    | { readonly kind: "AlertPolicy"; readonly metadata: Metadata; readonly spec: AlertPolicySpec }
  )[];
}

/** An indicator is given in place, or by the name of an SLI document; validated to be exactly one. */
export interface IndicatorOrRef {
  readonly indicator?: { readonly metadata: Metadata; readonly spec: SliSpec };
  readonly indicatorRef?: string;
}

export interface TimeWindow {
  readonly duration: string;
  readonly isRolling?: boolean;
  readonly calendar?: { readonly startTime: string; readonly timeZone: string };
}

export interface Objective extends IndicatorOrRef {
  readonly displayName?: string;
  readonly op?: Operator;
  readonly value?: number;
  readonly target?: number;
  readonly targetPercent?: number;
  readonly timeSliceTarget?: number;
  readonly timeSliceWindow?: string | number;
  readonly compositeWeight?: number;
}

export interface SliSpec {
  readonly description?: string;
  readonly thresholdMetric?: Metric;
  readonly ratioMetric?: RatioMetric;
}

export interface RatioMetric {
  readonly counter?: boolean;
  readonly good?: Metric;
  readonly bad?: Metric;
  readonly total?: Metric;
  readonly rawType?: "success" | "failure";
  readonly raw?: Metric;
}

export interface Metric {
  readonly metricSource: MetricSource;
}

export interface MetricSource {
  readonly metricSourceRef?: string;
  readonly type?: string;
  readonly spec: Readonly<Record<string, unknown>>;
}

export interface DataSourceSpec {
  readonly description?: string;
  readonly type: string;
  readonly connectionDetails: unknown;
}

export interface AlertPolicySpec {
  readonly description?: string;
  readonly alertWhenNoData?: boolean;
  readonly alertWhenResolved?: boolean;
  readonly alertWhenBreaching?: boolean;
  readonly conditions: readonly (
    | { readonly conditionRef: string }
    | { readonly kind: "AlertCondition"; readonly metadata: Metadata; readonly spec: AlertConditionSpec }
  )[];
  readonly notificationTargets: readonly (
    | { readonly targetRef: string }
    | {
        readonly kind: "AlertNotificationTarget";
        readonly metadata: Metadata;
        readonly spec: AlertNotificationTargetSpec;
      }
  )[];
}

export interface AlertConditionSpec {
  readonly description?: string;
  readonly severity: string;
  readonly condition: {
    readonly kind?: "burnrate";
    readonly op: Operator;
    readonly threshold: number;
    readonly lookbackWindow: string;
    readonly alertAfter?: string;
  };
}

export interface AlertNotificationTargetSpec {
  readonly description?: string;
  readonly target: string;
}
