// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#ifndef QIPC_TESTS_VALUETABLE_H
#define QIPC_TESTS_VALUETABLE_H

#include <QtCore/QList>
#include <QtCore/QString>
#include <QtCore/QVariant>

//! A value that is sent to Node, and the literal (literal.js) of what arrives.
struct ValueToNode
{
    QVariant sent;
    QString arrives;
};

//! The JavaScript of a value that Node sends, and what arrives.
struct ValueFromNode
{
    QString sent;
    QVariant arrives;
};

//! A value of every kind (the table "Values" of the README), for either encoding.
[[nodiscard]] QList<ValueToNode> valuesToNode(bool messagePack);

//! The other way.
[[nodiscard]] QList<ValueFromNode> valuesFromNode(bool messagePack);

#endif
