/** Who may plan, as dispatch/access/permissions.py has it for `simulate`; the server decides. */

const ROLES = ["planner", "supervisor", "medical_director", "administrator"];

export const mayPlan = (roles: readonly string[] | undefined): boolean =>
  roles?.some((role) => ROLES.includes(role)) ?? false;
