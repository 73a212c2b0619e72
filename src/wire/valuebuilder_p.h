// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#ifndef QIPC_VALUEBUILDER_P_H
#define QIPC_VALUEBUILDER_P_H

#include <QtCore/QByteArray>
#include <QtCore/QDateTime>
#include <QtCore/QString>
#include <QtCore/QVariant>

#include <map>
#include <vector>

namespace qipc {

/*!
 * Puts a value together from the events of a reader: the receiving side of the value model.
 *
 * The events mirror those of the writers (see valueencoder_p.h). A reader calls key() before each
 * value of a map, closes what it opened, and delivers one value in all.
 *
 * Its stack is its own, so depth costs no machine stack; it is bounded by \a maxNesting.
 */
class ValueBuilder
{
public:
    //! An entry of the outermost map, see Root::Fields.
    struct Field
    {
        QString key;
        QVariant value;
    };

    //! What becomes of the outermost value.
    enum class Root {
        Value, //!< take() gives it.
        //! It has to be a map, whose entries fields() gives in the order of their coming; it does
        //! not count as a level. So a packet is read without a QVariantMap around it.
        Fields,
    };

    explicit ValueBuilder(int maxNesting, Root root = Root::Value);

    void undefined() { add(QVariant()); }
    void null() { add(QVariant::fromValue(nullptr)); }
    void boolean(bool value) { add(value); }
    void integer(qint64 value) { add(value); }
    //! Becomes a qlonglong where it fits one.
    void unsignedInteger(quint64 value);
    void real(double value) { add(value); }
    void string(const QString &value) { add(value); }
    void bytes(const QByteArray &value) { add(value); }
    void dateTime(const QDateTime &value) { add(value); }

    //! False where this is a level too many: then stop. \a sizeHint is taken with a pinch of salt.
    [[nodiscard]] bool beginList(qsizetype sizeHint = 0);
    void endList();
    //! As beginList().
    [[nodiscard]] bool beginMap();
    void key(QString key);
    void endMap();

    //! Whether exactly one value has come, and is whole.
    [[nodiscard]] bool isComplete() const { return m_complete; }
    //! The value; it has to be complete, and the root a Value.
    [[nodiscard]] QVariant take();
    //! The entries of the outermost map; it has to be complete, and the root Fields. Empty where
    //! the outermost value was no map.
    [[nodiscard]] const std::vector<Field> &fields() const { return m_fields; }

    [[nodiscard]] int maxNesting() const { return m_maxNesting; }

private:
    struct Level
    {
        bool isMap = false;
        QVariantList list;
        std::map<QString, QVariant> map; //!< What a QVariantMap holds; takes its entries by move.
        QString key;
    };

    void add(QVariant &&value);
    [[nodiscard]] bool open(bool isMap);
    void close();

    std::vector<Level> m_levels;
    std::vector<Field> m_fields;
    QVariant m_root;
    QString m_fieldKey;
    int m_maxNesting;
    bool m_rootIsFields;
    bool m_inFields = false;
    bool m_complete = false;
};

} // namespace qipc

#endif
