/** Measurements of rule evaluation, from inside its package. */
package io.tributary.attribution;
