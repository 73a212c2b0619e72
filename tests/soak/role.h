// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#ifndef QIPC_TEST_ROLE_H
#define QIPC_TEST_ROLE_H

#include <QtCore/QElapsedTimer>
#include <QtCore/QObject>
#include <QtCore/QSocketNotifier>
#include <QtCore/QTimer>

/*!
 * What a process of the soak does, by the orders that it gets on its standard input: "go", "rest"
 * and "quit". When it has come to rest it measures itself, and tells.
 */
class Role : public QObject
{
    Q_OBJECT

public:
    explicit Role(QObject *parent = nullptr);

protected:
    //! To be called when all is there that stays.
    void begin();

    //! Begins, or goes on.
    virtual void go() = 0;
    //! Lets all that goes on end.
    virtual void rest() = 0;
    //! Whether all that goes on has ended.
    [[nodiscard]] virtual bool isAtRest() const = 0;
    //! What has to be true then.
    virtual void checkAtRest() { }

private:
    void readOrders();
    void obey(const QByteArray &order);
    void look();
    void tellRested();

    QSocketNotifier m_orders;
    QTimer m_counting;
    QTimer m_looking;
    QElapsedTimer m_resting;
    int m_descriptors = 0;
};

#endif
