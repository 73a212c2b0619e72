// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#ifndef QIPC_TEST_CPPPEER_H
#define QIPC_TEST_CPPPEER_H

#include <QIpc/IPCServer>

#include <QtCore/QObject>
#include <QtCore/QTemporaryDir>
#include <QtQml/QtQml>

/*!
 * A server in C++ for the tests in QML: they see what C++ makes of their values, and get values
 * that QML cannot make. To the request `"give <name>"` it answers with the value of that name; any
 * other request it describes, and answers with itself.
 */
class CppPeer : public QObject
{
    Q_OBJECT
    QML_ELEMENT
    QML_SINGLETON

public:
    CppPeer();

    //! The path of the server.
    Q_INVOKABLE QString path() const { return m_server.path(); }
    //! A path that no other test has, of a socket that is not there.
    Q_INVOKABLE QString freshPath();
    //! The last request, as C++ sees it: `QVariantMap{a: qlonglong 1}`.
    Q_INVOKABLE QString seen() const { return m_seen; }
    //! Whether this build's transport says who connects: the portable one does not.
    Q_INVOKABLE bool knowsWhoConnects() const;
    //! The names of the values that it gives.
    Q_INVOKABLE QStringList names() const;
    //! As a slot of C++ may.
    Q_INVOKABLE void deleteNow(QObject *object) const { delete object; }

private:
    QTemporaryDir m_folder;
    IPCServer m_server;
    QString m_seen;
    int m_paths = 0;
};

#endif
